using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Health;

/// <summary>Passes when <c>grpc.health.v1.Health/Check</c> says SERVING, and nothing else passes.</summary>
internal sealed class GrpcProbe(HostCheck check, ProbeConnections connections, GrpcCheck what)
    : HealthProbe(check), IStreamOwner
{
    /// <summary>Bytes of an answer's message; the one that is meant has two.</summary>
    private const int MessageBytesMax = 1024;

    private readonly byte[] _body = new byte[GrpcFrame.PrefixLength + MessageBytesMax];
    private IClientStream? _stream;
    private int _length;

    public override void Start()
    {
        _stream = connections.OpenHttp2(Address(what.Port), this);
        RequestHead head = new();
        what.Fill(head, Host);
        _stream.SendHead(head, endStream: false);
        _stream.SendBody(what.Message);
        _stream.SendEnd(trailers: null);
    }

    public void OnActivity()
    {
        if (IsOver)
        {
            return;
        }
        IClientStream stream = _stream!;
        if (stream.Error is not null)
        {
            End(passed: false);
        }
        else if (stream.HeadReceived)
        {
            Read(stream);
        }
    }

    protected override void Close()
    {
        IClientStream? stream = _stream;
        _stream = null;
        stream?.Release();
    }

    private void Read(IClientStream stream)
    {
        while (stream.Body.TryRead(out BufferSlice slice))
        {
            if (_length + slice.Length > _body.Length)
            {
                End(passed: false);
                return;
            }
            slice.Span.CopyTo(_body.AsSpan(_length));
            _length += slice.Length;
        }
        if (stream.Body.IsEnded)
        {
            End(IsServing(stream));
        }
        else if (stream.Error is not null)
        {
            End(passed: false);
        }
    }

    private bool IsServing(IClientStream stream)
    {
        ReadOnlySpan<byte> body = _body.AsSpan(0, _length);
        HeaderBlock last = stream.Body.Trailers ?? stream.Response.Headers;
        return stream.Response.Status == 200
            && GrpcHeaders.StatusOf(last) == (int)GrpcStatus.Ok
            && GrpcFrame.Read(body, out uint length, out bool isCompressed) == DecodeStatus.Complete
            && !isCompressed
            && body.Length == GrpcFrame.PrefixLength + length
            && GrpcHealthMessages.TryReadStatus(body[GrpcFrame.PrefixLength..], out ulong status)
            && status == GrpcHealthMessages.Serving;
    }
}
