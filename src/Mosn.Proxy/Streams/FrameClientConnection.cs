using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The client side of a protocol of frames on one connection to a host: many calls at a time, or one if the settings say so. A
/// large call has the connection to itself until it is sent; a large answer does not stop those behind it.
/// </summary>
/// <param name="shared">The loop's.</param>
internal sealed class FrameClientConnection<TCodec>(
    IMultiplexOwner pool, FrameClientSettings settings, MetricGroup metrics, FrameClientLoop<TCodec> shared)
    : FrameEndpoint<TCodec>(metrics, settings.FrameBytesMax, settings.FrameTimeoutMs, isFromHost: true),
        IMultiplexConnection, INetworkReadFilter
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>Calls that may wait for the connect.</summary>
    private const int ConnectingStreamsMax = 1024;

    private static readonly Comparer<FrameClientStream<TCodec>> s_byId =
        Comparer<FrameClientStream<TCodec>>.Create(static (a, b) => a.Id.CompareTo(b.Id));

    /// <summary>Calls that want an answer that has not begun.</summary>
    private readonly Dictionary<ulong, FrameClientStream<TCodec>> _waiting = [];
    private readonly List<FrameClientStream<TCodec>> _told = [];

    /// <summary>Calls of a bound client that are not sent, in their order; null as long as nobody is bound.</summary>
    private List<FrameClientStream<TCodec>>? _turns;

    /// <summary>Whose call is sent while it comes, so that no other may be opened; null: nobody's.</summary>
    private FrameClientStream<TCodec>? _keptFor;
    private ulong _lastId;
    private long _opened;
    private long _lastCallMs;
    private long _nextHeartbeatMs;
    private long _beatDueMs = long.MaxValue;
    private int _missedHeartbeats;
    private ulong _heartbeatId;
    private bool _awaitsHeartbeat;
    private bool _goesAway;
    private bool _saidGoAway;
    private bool _hasInputEnded;

    public bool MayOpen => !IsDraining && _keptFor is null
        && StreamCount < (Connection.IsOpen ? StreamsMax : Math.Min(StreamsMax, ConnectingStreamsMax));

    public int StreamsMax => settings.StreamsMax;

    public bool IsDraining => _goesAway || Connection.IsClosed;

    public int StreamCount { get; private set; }

    /// <summary>Always: a host may take no calls as long as we take no answers.</summary>
    protected override bool MayTakeMore => true;

    protected override bool MayNotWait => StreamCount > 1 || _hasInputEnded;

    protected override long OwnDueMs => _beatDueMs;

    private bool IsBound => settings.PoolMode == FramePoolMode.Binding;

    public void Attach(Connection connection)
    {
        Begin(connection);
        connection.IsBusy = IsBound; // Then its client says how long it lives.
        connection.Filters.AddReadFilter(this);
    }

    public bool IsApart => _keptFor is not null;

    public IClientStream NewStream(IStreamOwner owner, bool isApart = false)
    {
        Check.That(MayOpen);
        FrameClientStream<TCodec> stream = shared.Streams.Rent();
        stream.Begin(this, shared.Kept, owner, isReused: _opened++ > 0 && Connection.IsOpen);
        if (owner.HasLargeFrame && (isApart || IsBound || StreamsMax == 1))
        {
            _keptFor = stream;
        }
        Connection.IsBusy = true;
        StreamCount++;
        if (IsContentComing && StreamCount > 1)
        {
            Connection.ReadAgain(); // What waits there for a slow client is in the way now.
        }
        return stream;
    }

    public void SayGoAway()
    {
        if (!_saidGoAway)
        {
            _saidGoAway = true; // A client may say it as often as it likes.
            TrySayGoAway(_lastId = NextId());
        }
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        _missedHeartbeats = 0;
        _awaitsHeartbeat = false;
        _nextHeartbeatMs = connection.Loop.NowMs + settings.HeartbeatMs;
        Receive(input);
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection)
    {
        _hasInputEnded = true;
        Receive(connection.Input); // With the connection goes what is left in its input.
        return FilterStatus.Continue;
    }

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            OnClosed(what);
        }
        else if (what == ConnectionEvent.Connected)
        {
            TellAll(ConnectionEvent.Connected);
            BeginHeartbeats();
            pool.OnConnected(this);
        }
        else if (what == ConnectionEvent.Writable)
        {
            TellAll(what);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            OnDeadline();
        }
    }

    /// <summary>The stream's call is about to be sent.</summary>
    /// <returns>Its id.</returns>
    internal ulong Register(FrameClientStream<TCodec> stream)
    {
        _lastId = NextId();
        _waiting.Add(_lastId, stream);
        if (IsBound)
        {
            (_turns ??= []).Add(stream);
        }
        return _lastId;
    }

    /// <summary>True if that stream's call may be sent while it comes.</summary>
    internal bool IsKeptFor(FrameClientStream<TCodec> stream) => _keptFor == stream;

    /// <summary>True if that stream's call may be sent now: those of one client keep their order.</summary>
    internal bool HasTurn(FrameClientStream<TCodec> stream) => _turns is not { Count: > 0 } turns || turns[0] == stream;

    /// <summary>The stream's call is sent, or will not be.</summary>
    internal void OnSent(FrameClientStream<TCodec> stream)
    {
        if (_turns?.Remove(stream) == true && _turns.Count > 0)
        {
            WakeSoon();
        }
        if (_keptFor == stream)
        {
            _keptFor = null;
            WakeSoon();
        }
    }

    internal void OnReleased(FrameClientStream<TCodec> stream)
    {
        // An answer that comes after this is nobody's; without ids it would be taken for that of the next call.
        bool isUnanswered = stream.Id != 0 && _waiting.Remove(stream.Id) && !stream.IsOneWay;
        bool isCut = stream.IsHalfSent || (isUnanswered && StreamsMax == 1);
        _lastCallMs = Connection.Loop.NowMs;
        OnSent(stream);
        Abandon(stream);
        stream.Clear();
        shared.Streams.Return(stream);
        if (--StreamCount == 0)
        {
            Connection.IsBusy = IsBound;
        }
        if (isCut)
        {
            Connection.Close(ConnectionCloseKind.Reset);
        }
        pool.OnStreamEnded(this);
    }

    protected override void OnFrame(BufferSlice frame)
    {
        switch (Head.Kind)
        {
            case FrameKind.Response:
                TakeWaiting()?.OnResponse(Head, frame, isStreamed: false);
                break;
            case FrameKind.Heartbeat:
                AnswerHeartbeat(frame);
                break;
            case FrameKind.GoAway when !_goesAway:
                _goesAway = true;
                Count(FrameMetric.GoAwayReceivedTotal);
                pool.OnMayOpenChanged(this);
                break;
            default:
                break; // Answers to our heartbeats; and calls, of which a host makes none.
        }
    }

    protected override void OnLargeFrame(BufferSlice start)
    {
        if (Head.Kind == FrameKind.Response && TakeWaiting() is { } stream)
        {
            PassTo(stream);
            stream.OnResponse(Head, start, isStreamed: true);
        }
    }

    /// <summary>What the host sends is no frame, or not one that is wanted.</summary>
    protected override void OnBroken(ReadBuffer input, bool isKnown)
    {
        Count(FrameMetric.ResponseBrokenTotal);
        Connection.Close(ConnectionCloseKind.Reset);
    }

    protected override void Wake()
    {
        TellAll(ConnectionEvent.Writable);
        if (!Connection.IsClosed)
        {
            pool.OnMayOpenChanged(this);
        }
    }

    /// <summary>Whose answer is looked at; null: nobody waits for it.</summary>
    private FrameClientStream<TCodec>? TakeWaiting()
    {
        ulong id = Head.Id;
        if (!TCodec.HasIds)
        {
            foreach (ulong only in _waiting.Keys)
            {
                id = only;
            }
        }
        if (_waiting.Remove(id, out FrameClientStream<TCodec>? stream))
        {
            Count(FrameMetric.ResponseTotal);
        }
        else if (Head.Id != _heartbeatId) // Some protocols answer a heartbeat as they answer a call.
        {
            Count(FrameMetric.ResponseLateTotal);
        }
        return stream;
    }

    private void OnClosed(ConnectionEvent what)
    {
        FrameClientStream<TCodec>? receiver = (FrameClientStream<TCodec>?)TakeReceiver();
        pool.OnClosed(this, what);
        if (receiver?.IsOn(this) == true)
        {
            receiver.OnConnectionClosed(what);
        }
        TellAll(what);
        Line.Drop();
    }

    /// <summary>Tells all that wait for an answer. Some may end because others hear of it.</summary>
    private void TellAll(ConnectionEvent what)
    {
        if (!what.IsEnd() && _keptFor is { HeadReceived: true } early)
        {
            early.OnActivity(); // Its answer has begun, and its call goes on.
        }
        if (_waiting.Count == 0)
        {
            return;
        }
        int start = _told.Count; // While some are told that there is room, all may have to hear of the end.
        int end = start + _waiting.Count;
        _told.AddRange(_waiting.Values);
        if (IsBound)
        {
            _told.Sort(start, end - start, s_byId);
        }
        for (int i = start; i < end; i++)
        {
            FrameClientStream<TCodec> stream = _told[i];
            if (!stream.IsOn(this))
            {
                continue;
            }
            if (what.IsEnd())
            {
                stream.OnConnectionClosed(what);
            }
            else
            {
                TellOfRoom(stream);
            }
        }
        _told.RemoveRange(start, end - start);
    }

    private void TellOfRoom(FrameClientStream<TCodec> stream)
    {
        stream.FinishCall();
        stream.EndIfOneWay();
        stream.OnActivity();
    }

    private void OnDeadline()
    {
        if (IsFrameTooSlow(isPatient: true))
        {
            OnBroken(Connection.Input, isKnown: false);
            return;
        }
        if (Connection.Loop.NowMs >= _beatDueMs)
        {
            Beat();
        }
        if (!Connection.IsClosed)
        {
            ArmDeadline();
        }
    }

    private void BeginHeartbeats()
    {
        _lastCallMs = Connection.Loop.NowMs;
        if (settings.HeartbeatMs > 0)
        {
            _beatDueMs = _nextHeartbeatMs = _lastCallMs + settings.HeartbeatMs;
            ArmDeadline();
        }
    }

    /// <summary>A connection that is silent is asked, and given up when it stays so.</summary>
    private void Beat()
    {
        long nowMs = Connection.Loop.NowMs;
        if (_awaitsHeartbeat)
        {
            _awaitsHeartbeat = false;
            if (!IsContentLeft)
            {
                Count(FrameMetric.HeartbeatMissedTotal);
                _missedHeartbeats++;
            }
            if (_missedHeartbeats >= settings.HeartbeatsMissedMax)
            {
                Connection.Close(ConnectionCloseKind.Reset, ConnectionEvent.RemoteReset);
                return;
            }
        }
        if (StreamCount == 0 && !IsBound && nowMs - _lastCallMs >= settings.IdleTimeoutMs)
        {
            Connection.Close(ConnectionCloseKind.Flush, ConnectionEvent.IdleTimeout);
            return;
        }
        if (nowMs < _nextHeartbeatMs)
        {
            _beatDueMs = _nextHeartbeatMs;
            return;
        }
        _nextHeartbeatMs = nowMs + settings.HeartbeatMs;
        _beatDueMs = _nextHeartbeatMs;
        if (!Line.IsHeld)
        {
            Ask(nowMs);
        }
    }

    private void Ask(long nowMs)
    {
        Span<byte> room = Line.Reserve(TCodec.OwnFrameLengthMax);
        int length = TCodec.WriteHeartbeat(_heartbeatId = _lastId = NextId(), room);
        Line.Commit(room[..length]);
        if (length == 0)
        {
            _beatDueMs = long.MaxValue;
            return;
        }
        Count(FrameMetric.HeartbeatSentTotal);
        _awaitsHeartbeat = true;
        _beatDueMs = nowMs + Math.Min(settings.HeartbeatTimeoutMs, settings.HeartbeatMs);
    }

    /// <summary>An id that no call has: 0 is "none" here, and one may come round again.</summary>
    private ulong NextId()
    {
        ulong id = _lastId;
        do
        {
            id = TCodec.NextId(id);
        }
        while (id == 0 || _waiting.ContainsKey(id));
        return id;
    }
}
