using Mosn.Protocols;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Micro;

/// <summary>The client's half of a stream that has a request and nothing else.</summary>
internal sealed class HeldStream : IServerStream
{
    public StreamProtocol Protocol => StreamProtocol.Http1;

    public RequestHead Request { get; } = new();

    public ResponseHead LocalResponse { get; } = new();

    public StreamError? Error => null;

    public bool IsWritable => true;

    public Connection Connection => throw new NotSupportedException();

    public IMessageBody Body => throw new NotSupportedException();

    public void SetOwner(IStreamOwner owner) => throw new NotSupportedException();

    public void SendInterim(ResponseHead head) => throw new NotSupportedException();

    public void SendHead(ResponseHead head, bool endStream) => throw new NotSupportedException();

    public void SendBody(BufferSlice slice) => throw new NotSupportedException();

    public void SendBody(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public void SendEnd(HeaderBlock? trailers) => throw new NotSupportedException();

    public void Reset() => throw new NotSupportedException();

    public void Release() => throw new NotSupportedException();
}
