using Mosn.Protocols;
using Mosn.Proxy.Network;
using Mosn.Proxy.Streams;
using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>Passes when one HTTP/1.1 request gets the expected answer. Redirects are answers like others.</summary>
internal sealed class HttpProbe(
    HostCheck check,
    EventLoop loop,
    HttpCheck what,
    ObjectPool<Http1ClientStream> streams,
    ConnectOptions connectOptions,
    ConnectionOptions connectionOptions) : HealthProbe(check), IHttp1ClientPool, IStreamOwner
{
    private readonly AnswerSearch _search = new(what.ExpectedBody, AnswerBytesMax);
    private Http1ClientStream? _stream;
    private bool? _passed;
    private long _bodyBytes;

    public override bool? Passed => _passed;

    public override void Start()
    {
        Http1ClientConnection connection = new(this, streams);
        connection.Attach(Connection.Connect(loop, Address(what.Port), connectOptions, connectionOptions, connection));
        _stream = connection.NewStream(this);
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
        Http1ClientStream stream = _stream!;
        if (stream.Error is not null)
        {
            End(_passed == true);
        }
        else if (stream.HeadReceived)
        {
            ReadAnswer(stream);
        }
    }

    void IHttp1ClientPool.OnIdle(Http1ClientConnection connection) =>
        connection.Connection.Close(ConnectionCloseKind.NoFlush);

    void IHttp1ClientPool.OnConnected(Http1ClientConnection connection)
    {
        // The stream was there before.
    }

    void IHttp1ClientPool.OnAbandoned(Http1ClientConnection connection)
    {
        // It is closed by whoever calls.
    }

    void IHttp1ClientPool.OnClosed(Http1ClientConnection connection, ConnectionEvent what, bool wasBusy)
    {
        // The stream tells it as its error.
    }

    protected override void Close()
    {
        Http1ClientStream? stream = _stream;
        _stream = null;
        stream?.Release();
    }

    /// <summary>
    /// The body is read even when nobody asks what is in it: a connection that is closed under a response is a reset, which
    /// hosts write into their logs.
    /// </summary>
    private void ReadAnswer(Http1ClientStream stream)
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
