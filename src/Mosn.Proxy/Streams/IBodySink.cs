using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>Takes a body piece by piece: a stream that sends it, or a filter that changes it on its way.</summary>
public interface IBodySink
{
    /// <summary>Takes a piece without a copy; retains its chunk if it needs it longer than the call.</summary>
    void SendBody(BufferSlice slice);

    /// <summary>Takes a piece that was made here, by copying it.</summary>
    void SendBody(ReadOnlySpan<byte> bytes);
}
