using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>The client's end of a filtered body: counts what it gets. Pooled with its stream.</summary>
internal sealed class ResponseSink(StreamContext context) : IBodySink
{
    public IServerStream Target { get; set; } = null!;

    public void SendBody(BufferSlice slice)
    {
        context.BytesSent += slice.Length;
        Target.SendBody(slice);
    }

    public void SendBody(ReadOnlySpan<byte> bytes)
    {
        context.BytesSent += bytes.Length;
        Target.SendBody(bytes);
    }
}
