using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Filters;

/// <summary>Takes what a <see cref="BodyCoder"/> makes, during the call that made it.</summary>
internal interface ICoderOutput
{
    /// <summary>Takes a piece, retaining its chunk if it is needed longer. False: no more, please.</summary>
    bool Take(BufferSlice piece);

    /// <summary>Takes a copy of a piece. False: no more, please.</summary>
    bool Take(ReadOnlySpan<byte> piece);
}
