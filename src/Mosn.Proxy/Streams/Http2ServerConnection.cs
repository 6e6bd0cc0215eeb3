using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The server side of HTTP/2 on one connection (RFC 9113): as many requests at a time as the settings allow. A client that
/// makes work for nothing, or holds memory for nothing, loses the connection.
/// </summary>
internal sealed class Http2ServerConnection : Http2Endpoint, IServerConnection
{
    /// <summary>Milliseconds between two looks at how the streams get on.</summary>
    private const long TickMs = 1000;

    /// <summary>
    /// Steps through the input in a turn of the loop, so that many small frames do not keep it from the other connections;
    /// one that opens a stream counts for several.
    /// </summary>
    private const int StepsMax = 1024;
    private const int StepsOfRequest = 8;

    private const ulong LifePing = 0x6D6F_736E_6C69_7665; // "mosnlive"

    private readonly IServerStreamHandler _handler;
    private readonly ObjectPool<Http2ServerStream> _streams;
    private readonly Http2WaitingRequests _waiting;
    private int _heldStreams;
    private long _startedMs;
    private long _drainSinceMs;
    private long _readAtLook;
    private long _writtenAtLook;
    private long _quietMs;
    private long _turn;
    private int _stepsLeft;
    private bool _isPinged;
    private bool _ticks;

    /// <param name="streams">The loop's.</param>
    public Http2ServerConnection(
        Connection connection,
        Http2ServerSettings settings,
        IServerStreamHandler handler,
        ObjectPool<Http2ServerStream> streams)
        : base(isServer: true, settings.Session)
    {
        Settings = settings;
        _handler = handler;
        _streams = streams;
        _waiting = new Http2WaitingRequests(this, connection.Loop);
        _startedMs = connection.Loop.NowMs;
        Begin(connection);
        Tick();
    }

    public Http2ServerSettings Settings { get; }

    /// <summary>
    /// Goes on with a connection whose first request came as HTTP/1.1 with <c>Upgrade: h2c</c>, after the 101. The request
    /// has no body.
    /// </summary>
    /// <param name="settings">The payload of SETTINGS that <c>HTTP2-Settings</c> stands for, decoded and valid.</param>
    public void AcceptUpgrade(RequestHead request, ReadOnlySpan<byte> settings)
    {
        Http2ServerStream stream = Rent();
        request.CopyTo(stream.Request);
        Session.AcceptUpgrade(settings, stream);
        stream.Incoming.End();
        OnRequest(stream);
    }

    public void OnData(ReadBuffer input) => Receive(input);

    public void OnEndOfInput()
    {
        // Nothing comes any more, no window and no reset: with requests under way the client has left, as in HTTP/1.
        Connection.Close(
            _heldStreams > 0 ? ConnectionCloseKind.NoFlush : ConnectionCloseKind.Flush, ConnectionEvent.RemoteClose);
    }

    public void OnEvent(ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            CloseStreams(what);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            _ticks = false;
            OnTick(Connection.Loop.NowMs);
        }
        else if (what == ConnectionEvent.Drain)
        {
            _drainSinceMs = Connection.Loop.NowMs;
            Session.BeginDrain();
            Tick();
        }
    }

    public override void Recycle(Http2MessageStream stream) => Return((Http2ServerStream)stream);

    public override Http2Stream? RentStream()
    {
        _stepsLeft -= StepsOfRequest;
        if (_heldStreams >= Settings.Session.StreamsMax)
        {
            RecycleQueued(); // The line may be full, and their turn not come for long.
        }
        return _heldStreams < Settings.Session.StreamsMax ? Rent() : null;
    }

    public override void ReturnStream(Http2Stream stream) => ((Http2ServerStream)stream).Discard();

    public override void OnAbuse(Http2Abuse kind) => _handler.OnAbuse(Connection, kind);

    /// <summary>A request's head is whole.</summary>
    internal void OnRequest(Http2ServerStream stream)
    {
        RequestHead request = stream.Request;
        if (Settings.RequestBodyBytesMax > 0 && request.ContentLength > Settings.RequestBodyBytesMax)
        {
            Reject(stream, 413);
            return;
        }
        Tick();
        if (IsReceiving)
        {
            _waiting.Add(stream); // For the other frames of the read: its end may be among them.
        }
        else
        {
            _handler.OnStream(stream);
        }
    }

    /// <summary>Answers what cannot become a request. The connection goes on.</summary>
    internal void Reject(Http2ServerStream stream, int status)
    {
        ResponseHead head = stream.LocalResponse;
        head.SetStatus(status);
        head.SetFraming(BodyFraming.Length, 0);
        if (GrpcHeaders.IsGrpc(stream.Request.Headers)) // As far as they were read.
        {
            head.SetStatus(200);
            head.SetFraming(BodyFraming.None);
            head.Headers.Set(KnownHeader.ContentType, "application/grpc"u8);
            head.Headers.Set(KnownHeader.GrpcStatus, GrpcStatuses.TextOf(GrpcStatus.ResourceExhausted));
            head.Headers.Set(KnownHeader.GrpcMessage, HttpReasons.Of(status));
        }
        stream.SendHead(head, endStream: true);
        _handler.OnRejected(Connection, status);
        stream.Release();
    }

    /// <summary>It is the request's turn.</summary>
    internal void Start(Http2ServerStream stream) => _handler.OnStream(stream);

    /// <summary>A request is over before it began.</summary>
    internal void Withdraw(Http2ServerStream stream)
    {
        _waiting.Remove(stream);
        stream.Release();
    }

    /// <summary>The client has ended a request that had begun, and got no response.</summary>
    internal void OnBrokenOff() => _waiting.OnBrokenOff();

    /// <summary>A stream has no owner any more.</summary>
    /// <param name="isAnswered">It was the response that ended it.</param>
    internal void OnReleased(bool isAnswered)
    {
        if (isAnswered)
        {
            _waiting.OnAnswered();
        }
        if (!IsReceiving)
        {
            EndIfDrained();
        }
    }

    /// <summary>Ends a connection that takes no more requests and has none.</summary>
    internal void EndIfDrained()
    {
        if (Session.GoesAway && Session.StreamCount == 0 && !Connection.IsClosed)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
    }

    protected override void OnSent(Http2MessageStream stream)
    {
        ((Http2ServerStream)stream).EndRequest();
        stream.TryRecycle();
        EndIfDrained();
    }

    protected override bool MayReceive()
    {
        if (_turn != Connection.Loop.TurnCount)
        {
            _turn = Connection.Loop.TurnCount;
            _stepsLeft = StepsMax;
        }
        if (_stepsLeft-- > 0)
        {
            return true;
        }
        Connection.ReadAgain();
        return false;
    }

    protected override void BeforeData(Http2MessageStream stream)
    {
        if (stream is Http2ServerStream { IsWaiting: true } request)
        {
            _waiting.TryBegin(request); // Who takes the body from where it lies must be there before it; else it is kept.
        }
    }

    protected override void AfterReceive()
    {
        base.AfterReceive();
        _waiting.Begin();
        if (IncompleteSinceMs != 0 && !Connection.IsClosed)
        {
            Tick();
        }
        EndIfDrained();
    }

    private Http2ServerStream Rent()
    {
        Http2ServerStream stream = _streams.Rent();
        stream.Begin(this);
        if (_heldStreams++ == 0)
        {
            Connection.IsBusy = true;
            _quietMs = Connection.Loop.NowMs;
            _isPinged = false;
        }
        return stream;
    }

    private void Return(Http2ServerStream stream)
    {
        _streams.Return(stream);
        if (--_heldStreams == 0)
        {
            Connection.IsBusy = false;
        }
    }

    private void Tick()
    {
        if (!_ticks)
        {
            _ticks = true;
            Connection.SetDeadline(Connection.Loop.NowMs + TickMs);
        }
    }

    /// <summary>Looks after what comes, or is taken, too slowly. Costs nothing while the connection is idle.</summary>
    private void OnTick(long now)
    {
        bool isSlowStart = (Session.AwaitsSettingsAck || !Session.HasPeerSettings) && now - _startedMs > Settings.HeadTimeoutMs;
        if (isSlowStart || (IncompleteSinceMs != 0 && now - IncompleteSinceMs > Settings.HeadTimeoutMs))
        {
            _handler.OnAbuse(Connection, Http2Abuse.SlowStream);
            Session.End(isSlowStart ? Http2ErrorCode.SettingsTimeout : Http2ErrorCode.EnhanceYourCalm);
            Connection.Close(ConnectionCloseKind.Flush);
            return;
        }
        if (_drainSinceMs != 0 && !Session.GoesAway && now - _drainSinceMs >= TickMs)
        {
            Session.FinishDrain(); // The client does not answer.
            EndIfDrained();
        }
        if (Session.StreamCount > 0)
        {
            LookForLife(now);
            LookAfterStreams(now);
        }
        bool mustLookAgain = Session.StreamCount > 0 || IncompleteSinceMs != 0 || Session.AwaitsSettingsAck
            || !Session.HasPeerSettings || (_drainSinceMs != 0 && !Session.GoesAway);
        if (mustLookAgain && !Connection.IsClosed)
        {
            Tick();
        }
    }

    private void LookAfterStreams(long now)
    {
        List<Http2ServerStream>? slow = null;
        foreach (Http2Stream live in Session.Streams)
        {
            Http2ServerStream stream = (Http2ServerStream)live;
            if (IsStalled(stream, now) || IsTooSlow(stream, now))
            {
                (slow ??= []).Add(stream);
            }
        }
        foreach (Http2ServerStream stream in slow ?? [])
        {
            bool isStalled = IsStalled(stream, now);
            if (stream.IsLive)
            {
                _handler.OnAbuse(Connection, isStalled ? Http2Abuse.WindowStall : Http2Abuse.SlowStream);
                stream.OnTooSlow(isBody: !isStalled);
            }
        }
    }

    /// <summary>
    /// A client that is gone without a word, while it waited for a response, is found out: else its requests would be there
    /// for ever, as the idle timeout does not count meanwhile.
    /// </summary>
    private void LookForLife(long now)
    {
        if (Connection.BytesRead != _readAtLook)
        {
            _readAtLook = Connection.BytesRead;
            _quietMs = now;
            _isPinged = false;
        }
        else if (Connection.OutputLength > 0 || Connection.BytesWritten != _writtenAtLook)
        {
            _writtenAtLook = Connection.BytesWritten;
            _quietMs = now; // What is under way the system looks after, and the answer to a PING comes behind it.
        }
        else if (_isPinged && now - _quietMs >= Settings.PingTimeoutMs)
        {
            Connection.Close(ConnectionCloseKind.Reset, ConnectionEvent.RemoteReset);
        }
        else if (!_isPinged && Settings.PingIntervalMs > 0 && now - _quietMs >= Settings.PingIntervalMs)
        {
            _isPinged = true;
            Session.Ping(LifePing);
        }
    }

    private bool IsStalled(Http2ServerStream stream, long now)
    {
        int wanted = Math.Min(stream.WaitingLength, Http2MessageStream.ProgressBytesMin);
        if (wanted == 0 || !Connection.IsWritable || Session.Sendable(stream, wanted) == wanted)
        {
            stream.SentMs = now; // It is not the window that it waits for.
        }
        return Settings.StallTimeoutMs > 0 && now - stream.SentMs > Settings.StallTimeoutMs;
    }

    /// <summary>As in HTTP/1: a few bytes now and then must not hold a request open for ever.</summary>
    private bool IsTooSlow(Http2ServerStream stream, long now)
    {
        if (Settings.BodyRateMin == 0 || stream.IsRemoteEnded || now - stream.PaceMs < Settings.BodyWindowMs
            || stream.IsConversation)
        {
            return false;
        }
        Http2Body body = stream.Incoming;
        // Not the client's fault: we do not read on, or it waits to be told that it may send.
        bool mustWait = !body.IsStarved || (stream.Request.ExpectContinue && body.BytesReceived == 0);
        long moved = body.BytesReceived + body.BytesRead;
        bool isTooSlow = !mustWait && moved - stream.PaceBytes < Settings.BodyRateMin * Settings.BodyWindowMs / 1000;
        stream.PaceMs = now;
        stream.PaceBytes = moved;
        return isTooSlow;
    }
}
