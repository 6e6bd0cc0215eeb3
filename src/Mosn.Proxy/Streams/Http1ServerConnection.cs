using Mosn.Protocols;
using Mosn.Protocols.Http1;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The server side of HTTP/1.1 on one connection (RFC 9112): one request at a time, the next one parsed when the response
/// to the last is written; pipelined bytes wait in the bounded input meanwhile.
/// </summary>
internal sealed class Http1ServerConnection : IServerConnection
{
    /// <summary>Bytes of the settings that come with <c>Upgrade: h2c</c>; those of all clients that are known are far below.</summary>
    private const int SettingsBytesMax = 256;

    private readonly Http1ServerSettings _settings;
    private readonly IServerStreamHandler _handler;
    private readonly ObjectPool<Http1ServerStream> _streams;
    private Http1ServerStream? _stream;
    private long _movedAtWindow;

    /// <summary>Bytes of the body beyond which it is too long to be dropped.</summary>
    private long _dropEnd;
    private int _scanned;
    private Phase _phase;
    private bool _parsing;

    private enum Phase : byte
    {
        /// <summary>Between requests.</summary>
        Idle,

        /// <summary>A part of a head is there.</summary>
        InHead,

        /// <summary>A request is with its handler.</summary>
        InRequest,

        /// <summary>The response is sent; the rest of the request's body is dropped.</summary>
        DroppingBody,

        /// <summary>Another protocol is spoken on the connection: none of its bytes are for this one.</summary>
        TakenOver,
    }

    public Http1ServerConnection(
        Connection connection,
        Http1ServerSettings settings,
        IServerStreamHandler handler,
        ObjectPool<Http1ServerStream> streams)
    {
        Connection = connection;
        _settings = settings;
        _handler = handler;
        _streams = streams;
        // What is parsed when it is whole must fit, and one byte more, to see that it is too large.
        Http1Limits limits = settings.Limits;
        connection.InputLimit = Math.Max(
            connection.InputLimit, Math.Max(limits.HeadBytesMax, limits.TrailerBytesMax) + 1);
    }

    public Connection Connection { get; }

    /// <summary>True once the connection is to end with the response under way.</summary>
    public bool IsDraining { get; private set; }

    public Http1ServerSettings Settings => _settings;

    public void OnData(ReadBuffer input)
    {
        switch (_phase)
        {
            case Phase.InRequest:
                _stream!.OnInput();
                break;
            case Phase.DroppingBody:
                DropBody();
                break;
            case Phase.TakenOver:
                break;
            default:
                ParseHeads(input);
                break;
        }
    }

    public void OnEndOfInput()
    {
        if (_phase == Phase.InRequest && _stream!.IsTunnel)
        {
            _stream.OnEndOfTunnelInput();
            return;
        }
        // A client that ends its side in the middle of an exchange has left: nothing tells it from one that was killed.
        // Between two, or with half a head that never becomes one, it gets the responses that are on their way.
        bool isBusy = _phase == Phase.InRequest;
        Connection.Close(isBusy ? ConnectionCloseKind.NoFlush : ConnectionCloseKind.Flush, ConnectionEvent.RemoteClose);
    }

    public void OnEvent(ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            OnClosed();
            return;
        }
        switch (what)
        {
            case ConnectionEvent.Deadline when _phase == Phase.InHead:
                Reject(408);
                break;
            case ConnectionEvent.Deadline when _phase == Phase.DroppingBody:
                Connection.Close(ConnectionCloseKind.Flush);
                break;
            case ConnectionEvent.Deadline when _phase == Phase.InRequest && _settings.BodyRateMin > 0:
                OnBodyWindow(_stream!);
                break;
            case ConnectionEvent.Writable when _phase == Phase.InRequest:
                _stream!.OnWritable();
                break;
            case ConnectionEvent.Writable when Connection.Input.Length > 0:
                Connection.ReadAgain();
                break;
            case ConnectionEvent.Drain:
                IsDraining = true;
                if (_phase == Phase.Idle)
                {
                    Connection.Close(ConnectionCloseKind.Flush);
                }
                break;
            default:
                break;
        }
    }

    /// <summary>The client is told to go on with its body: from now on it may be too slow.</summary>
    internal void OnContinue(Http1ServerStream stream)
    {
        if (_settings.BodyRateMin > 0)
        {
            BeginBodyWindow(stream);
        }
    }

    /// <summary>The stream is over. Its objects may be used again when this returns.</summary>
    /// <param name="outcome">What becomes of the connection.</param>
    internal void OnReleased(Http1ServerStream stream, Http1StreamOutcome outcome)
    {
        Check.That(_stream == stream && _phase == Phase.InRequest);
        Connection.IsBusy = false;
        Connection.ClearDeadline();
        switch (outcome)
        {
            case Http1StreamOutcome.DropBody:
                _phase = Phase.DroppingBody;
                _dropEnd = _stream!.RequestBody.BytesRead + _settings.DrainBytesMax;
                Connection.SetDeadline(Connection.Loop.NowMs + _settings.HeadTimeoutMs);
                DropBody();
                return;
            case Http1StreamOutcome.Reset:
                Connection.Close(ConnectionCloseKind.Reset);
                break;
            case Http1StreamOutcome.Close:
                Connection.Close(ConnectionCloseKind.Flush);
                break;
            default:
                break;
        }
        Next();
    }

    private void Recycle()
    {
        if (_stream is { } stream)
        {
            _stream = null;
            stream.Clear();
            _streams.Return(stream);
        }
    }

    private void Next()
    {
        Recycle();
        _phase = Phase.Idle;
        if (Connection.IsClosed || _parsing)
        {
            return; // The parsing loop below goes on by itself.
        }
        if (Connection.Input.Length > 0)
        {
            Connection.ReadAgain();
        }
        else if (IsDraining)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
        else
        {
            Connection.ResumeReading();
        }
    }

    private void ParseHeads(ReadBuffer input)
    {
        _parsing = true;
        // A client that asks and does not read its responses would fill our memory with them: its next request waits.
        while (_phase is Phase.Idle or Phase.InHead && input.Length > 0 && Connection.IsWritable
            && !Connection.IsClosed)
        {
            Http1ServerStream stream = _stream ??= _streams.Rent();
            Http1ParseResult result =
                Http1RequestParser.Parse(input.Unread, _scanned, _settings.Limits, stream.Request);
            if (result.Status == DecodeStatus.Complete)
            {
                _scanned = 0;
                input.Consume(result.Length);
                Start(stream);
                continue;
            }
            if (result.Status == DecodeStatus.Malformed)
            {
                Reject(Http1ErrorStatus.StatusFor(result.Error));
                break;
            }
            _scanned = input.Length;
            if (_phase == Phase.Idle)
            {
                _phase = Phase.InHead;
                Connection.SetDeadline(Connection.Loop.NowMs + _settings.HeadTimeoutMs);
            }
            break;
        }
        _parsing = false;
        if (IsDraining && _phase == Phase.Idle)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
    }

    private void Start(Http1ServerStream stream)
    {
        if (_phase == Phase.InHead)
        {
            Connection.ClearDeadline();
        }
        RequestHead request = stream.Request;
        if (_settings.RequestBodyBytesMax > 0 && request.ContentLength > _settings.RequestBodyBytesMax)
        {
            Reject(413);
            return;
        }
        if (request.KnownMethod == KnownMethod.Connect && !_settings.OffersTunnels)
        {
            // What follows is not HTTP, on neither side, and must not be read as such.
            Reject(501);
            return;
        }
        if (request.HasUpgrade && _settings.OffersTunnels && IsUpgraded(request))
        {
            _phase = Phase.TakenOver;
            Recycle();
            return;
        }
        Http1Hops.Strip(request.Headers);
        _phase = Phase.InRequest;
        stream.Begin(this);
        // While the request is still coming, a client that stalls is idle; once it is here, the wait is for us.
        Connection.IsBusy = !request.HasBody;
        bool mayStall = request.HasBody && _settings.BodyRateMin > 0;
        _handler.OnStream(stream);
        if (mayStall && _phase == Phase.InRequest && !stream.RequestBody.IsEnded)
        {
            BeginBodyWindow(stream);
        }
    }

    /// <summary>
    /// Looks at an offer to change the protocol: HTTP/2 on this connection, or a tunnel, about which the request's handler
    /// decides. True: the connection belongs to another protocol now.
    /// </summary>
    private bool IsUpgraded(RequestHead request)
    {
        Span<byte> name = stackalloc byte[Http1Upgrade.NameBytesMax];
        name = name[..Http1Upgrade.ReadOffer(request.Headers, name)];
        if (name.IsEmpty || request.HasBody || request.KnownMethod == KnownMethod.Connect)
        {
            return false; // An offer may be ignored, and where a body is on its way nobody needs it.
        }
        if (name.SequenceEqual("h2c"u8))
        {
            return IsTakenOver(request);
        }
        if (request.KnownMethod == KnownMethod.Get || !name.SequenceEqual(WebSocketHandshake.ProtocolName))
        {
            request.SetProtocol(name);
        }
        return false;
    }

    /// <summary>HTTP/2 begun as RFC 7540 section 3.2 describes it; RFC 9113 leaves it to history, but clients do it.</summary>
    private bool IsTakenOver(RequestHead request)
    {
        Span<byte> settings = stackalloc byte[SettingsBytesMax];
        int at = request.Headers.IndexOf("http2-settings"u8);
        if (at < 0 || request.Headers.IndexOf("http2-settings"u8, at + 1) >= 0)
        {
            return false; // RFC 7540 section 3.2.1: exactly one.
        }
        ReadOnlySpan<byte> value = request.Headers.Value(at);
        if (value.Length > SettingsBytesMax)
        {
            return false;
        }
        value.CopyTo(settings);
        settings = settings[..value.Length];
        Http1Hops.Strip(request.Headers); // Takes the settings away, as Connection must name them.
        return request.Headers.Remove("http2-settings"u8) == 0 && _handler.TakesOver(Connection, request, settings);
    }

    private void BeginBodyWindow(Http1ServerStream stream)
    {
        _movedAtWindow = BodyMoved(stream);
        Connection.SetDeadline(Connection.Loop.NowMs + _settings.BodyWindowMs);
    }

    /// <summary>Ends the request if the client is too slow: a few bytes now and then must not hold it open for ever.</summary>
    private void OnBodyWindow(Http1ServerStream stream)
    {
        if (stream.RequestBody.IsEnded)
        {
            return;
        }
        // Not the client's fault: we do not read on, or it waits to be told that it may send.
        bool mustWait = !stream.RequestBody.IsStarved
            || (stream.Request.ExpectContinue && stream.RequestBody.BytesRead == 0);
        if (mustWait || BodyMoved(stream) - _movedAtWindow >= _settings.BodyRateMin * _settings.BodyWindowMs / 1000)
        {
            BeginBodyWindow(stream);
        }
        else
        {
            stream.OnBodyTimeout();
        }
    }

    /// <summary>Bytes received and bytes passed on: after a pause of ours the second move first.</summary>
    private long BodyMoved(Http1ServerStream stream) => Connection.BytesRead + stream.RequestBody.BytesRead;

    private void DropBody()
    {
        Http1Body body = _stream!.RequestBody;
        while (body.TryRead(out _))
        {
        }
        if (body.IsBroken || body.BytesRead > _dropEnd)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
        else if (body.IsEnded)
        {
            Connection.ClearDeadline();
            Next();
        }
    }

    /// <summary>Answers what is not a request, and ends the connection: where the next one would begin is unknown.</summary>
    private void Reject(int status)
    {
        Span<byte> room = Connection.Reserve(Http1Reply.MaxLength(default, default));
        int length = Http1Reply.Write(status, default, default, new Http1WriteOptions(Close: true), room);
        Connection.Commit(room[..length]);
        _handler.OnRejected(Connection, status);
        Connection.Close(ConnectionCloseKind.Flush);
    }

    private void OnClosed()
    {
        if (_phase == Phase.InRequest)
        {
            _stream!.OnConnectionClosed();
        }
        else
        {
            Next();
        }
    }
}
