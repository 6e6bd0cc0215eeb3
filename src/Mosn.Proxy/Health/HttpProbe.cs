using Mosn.Protocols;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Health;

/// <summary>Passes when one request gets the expected answer. Redirects are answers like others.</summary>
/// <param name="isHttp2">HTTP/2 with prior knowledge; else HTTP/1.1.</param>
internal sealed class HttpProbe(HostCheck check, ProbeConnections connections, HttpCheck what, bool isHttp2)
    : HealthProbe(check), IStreamOwner
{
    private readonly AnswerSearch _search = new(what.ExpectedBody, AnswerBytesMax);
    private IClientStream? _stream;
    private bool? _passed;
    private long _bodyBytes;

    public override bool? Passed => _passed;

    public override void Start()
    {
        _stream = isHttp2
            ? connections.OpenHttp2(Address(what.Port), this)
            : connections.OpenHttp1(Address(what.Port), this);
        RequestHead head = new();
        what.Fill(head, Host);
        _stream.SendHead(head, endStream: true);
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
            End(_passed == true);
        }
        else if (stream.HeadReceived)
        {
            ReadAnswer(stream);
        }
    }

    protected override void Close()
    {
        IClientStream? stream = _stream;
        _stream = null;
        stream?.Release();
    }

    /// <summary>
    /// The body is read even when nobody asks what is in it: a connection that is closed under a response is a reset, which
    /// hosts write into their logs.
    /// </summary>
    private void ReadAnswer(IClientStream stream)
    {
        bool isGood = what.IsGood(stream.Response.Status);
        if (!isGood || what.ExpectedBody.Length == 0)
        {
            _passed = isGood;
        }
        while (stream.Body.TryRead(out BufferSlice slice))
        {
            _bodyBytes += slice.Length;
            if (_passed is null && _search.Finds(slice.Span))
            {
                _passed = true;
            }
        }
        if (stream.Body.IsEnded || stream.Error is not null || _bodyBytes >= AnswerBytesMax)
        {
            End(_passed == true);
        }
    }
}
