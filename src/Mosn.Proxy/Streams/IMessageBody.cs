using Mosn.Protocols;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The body of a message that is being received, pulled by whoever forwards it. Bytes that nobody pulls stay in the
/// connection's bounded input, which slows the sender down: there is no other back-pressure and no other buffer.
/// </summary>
public interface IMessageBody
{
    /// <summary>True once the whole body was pulled; <see cref="Trailers"/> are then complete.</summary>
    bool IsEnded { get; }

    /// <summary>Fields after the body; null if there are none.</summary>
    HeaderBlock? Trailers { get; }

    /// <summary>
    /// Takes the next bytes. False: nothing is there now, or the body <see cref="IsEnded"/>, or it broke and the stream
    /// tells its error.
    /// </summary>
    /// <param name="slice">Valid until the next call or the return to the loop, unless its chunk is retained.</param>
    bool TryRead(out BufferSlice slice);
}
