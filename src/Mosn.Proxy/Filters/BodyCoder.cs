using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Changes the coding of one body as its pieces come. Keeps no more than the coding's own state; what can be made of a
/// piece is made at once. Belongs to its stream's loop.
/// </summary>
internal abstract class BodyCoder
{
    /// <summary>What became of a call.</summary>
    public enum Result : byte
    {
        Done,

        /// <summary>The body is not what its coding says, or ends too early.</summary>
        Broken,

        /// <summary>The output wanted no more.</summary>
        Stopped,
    }

    /// <summary>Takes the next piece of the body.</summary>
    /// <param name="buffers">The loop's, for what is made.</param>
    public abstract Result Write(BufferSlice piece, BufferPool buffers, ICoderOutput output);

    /// <summary>Lets go of everything that was written, at the price of some bytes. For encoders.</summary>
    public abstract Result Flush(BufferPool buffers, ICoderOutput output);

    /// <summary>The body is whole.</summary>
    public abstract Result End(BufferPool buffers, ICoderOutput output);

    /// <summary>Gives back what the coder holds, whether or not the body came to its end. The last call.</summary>
    public abstract void Release();
}
