using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Streams;

/// <summary>The client's half of a stream that has a request and no more.</summary>
internal sealed class FakeServerStream : IServerStream, ITransportEvents
{
    public StreamProtocol Protocol => StreamProtocol.Http1;

    private FakeServerStream()
    {
        MemoryNetwork network = new();
        TransportAddress address = TransportAddress.FromBytes([10, 0, 0, 9], 1234);
        network.Host(address);
        MemoryLoop loop = network.AddLoop();
        Connection = Connection.Accepted(loop, loop.Connect(address, default, this), new ConnectionOptions());
    }

    public Connection Connection { get; }

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    public IMessageBody Body => throw new NotSupportedException();

    public StreamError? Error => null;

    public bool IsWritable => true;

    /// <summary>A stream whose request is this head, in which lines end with LF only.</summary>
    public static StreamContext Open(string head)
    {
        FakeServerStream stream = new();
        byte[] bytes = Encoding.Latin1.GetBytes($"{head.Trim()}\n\n".ReplaceLineEndings("\r\n"));
        Http1ParseResult result = Http1RequestParser.Parse(bytes, 0, Http1Limits.Default, stream.Request);
        Assert.Equal(DecodeStatus.Complete, result.Status);
        StreamContext context = new();
        context.Begin(
            stream,
            stream.Connection.Loop,
            7,
            "listener",
            1_000_000,
            DateTime.UnixEpoch.Ticks + 1_234_567_890_123 * TimeSpan.TicksPerMillisecond);
        return context;
    }

    public void SetOwner(IStreamOwner owner) => throw new NotSupportedException();

    public void SendInterim(ResponseHead head) => throw new NotSupportedException();

    public void SendHead(ResponseHead head, bool endStream) => throw new NotSupportedException();

    public void SendBody(BufferSlice slice) => throw new NotSupportedException();

    public void SendBody(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public void SendEnd(HeaderBlock? trailers) => throw new NotSupportedException();

    public void Reset() => throw new NotSupportedException();

    public void Release() => throw new NotSupportedException();

    void ITransportEvents.OnReadable()
    {
    }

    void ITransportEvents.OnWritable()
    {
    }

    void ITransportEvents.OnConnected(int error)
    {
    }
}
