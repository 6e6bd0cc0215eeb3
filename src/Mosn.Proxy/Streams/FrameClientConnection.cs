using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>The client side of a protocol of frames on one connection to a host: many calls at a time.</summary>
/// <param name="streams">The loop's.</param>
internal sealed class FrameClientConnection<TCodec>(
    IMultiplexOwner pool, FrameClientSettings settings, MetricGroup metrics, ObjectPool<FrameClientStream<TCodec>> streams)
    : IMultiplexConnection, INetworkReadFilter
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly Dictionary<ulong, FrameClientStream<TCodec>> _waiting = [];
    private readonly FrameHead _head = new() { IsFromHost = true };
    private readonly FrameBuffer _heartbeat = new();
    private int _inputLimit;
    private int _needed;
    private ulong _lastId;
    private long _opened;
    private long _lastCallMs;
    private long _nextHeartbeatMs;
    private int _missedHeartbeats;
    private bool _awaitsHeartbeat;
    private bool _goesAway;

    public Connection Connection { get; private set; } = null!;

    public bool MayOpen => !IsDraining && StreamCount < StreamsMax;

    public int StreamsMax => TCodec.PoolMode == FramePoolMode.PingPong ? 1 : settings.StreamsMax;

    public bool IsDraining => _goesAway || Connection.IsClosed;

    public int StreamCount { get; private set; }

    public void Attach(Connection connection)
    {
        Connection = connection;
        _inputLimit = connection.InputLimit;
        connection.Filters.AddReadFilter(this);
    }

    public IClientStream NewStream(IStreamOwner owner)
    {
        Check.That(MayOpen);
        FrameClientStream<TCodec> stream = streams.Rent();
        stream.Begin(this, owner, isReused: _opened++ > 0 && Connection.IsOpen);
        if (StreamCount++ == 0)
        {
            Connection.IsBusy = true;
        }
        return stream;
    }

    public FilterStatus OnNewConnection(Connection connection) => FilterStatus.Continue;

    public FilterStatus OnData(Connection connection, ReadBuffer input)
    {
        _missedHeartbeats = 0;
        _awaitsHeartbeat = false;
        _nextHeartbeatMs = connection.Loop.NowMs + settings.HeartbeatMs;
        while (input.Length >= _needed && input.Length > 0 && !connection.IsClosed && TryTake(input))
        {
        }
        return FilterStatus.Stop;
    }

    public FilterStatus OnEndOfInput(Connection connection) => FilterStatus.Continue;

    public void OnEvent(Connection connection, ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            pool.OnClosed(this, what);
            foreach (FrameClientStream<TCodec> stream in (FrameClientStream<TCodec>[])[.. _waiting.Values])
            {
                stream.OnConnectionClosed(what);
            }
            return;
        }
        if (what is ConnectionEvent.Connected or ConnectionEvent.Writable)
        {
            foreach (FrameClientStream<TCodec> stream in (FrameClientStream<TCodec>[])[.. _waiting.Values])
            {
                stream.OnActivity();
            }
        }
        if (what == ConnectionEvent.Connected)
        {
            BeginHeartbeats();
            pool.OnConnected(this);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            Beat();
        }
    }

    /// <summary>The stream's call is about to be sent.</summary>
    /// <returns>Its id.</returns>
    internal ulong Register(FrameClientStream<TCodec> stream)
    {
        _lastId = NextId();
        _waiting.Add(_lastId, stream);
        return _lastId;
    }

    internal void OnReleased(FrameClientStream<TCodec> stream)
    {
        // An answer that comes after this is nobody's; without ids it would be taken for that of the next call.
        bool isCut = stream.Id != 0 && _waiting.Remove(stream.Id) && !stream.IsOneWay
            && TCodec.PoolMode == FramePoolMode.PingPong;
        _lastCallMs = Connection.Loop.NowMs;
        stream.Clear();
        streams.Return(stream);
        if (--StreamCount == 0)
        {
            Connection.IsBusy = false;
        }
        if (isCut)
        {
            Connection.Close(ConnectionCloseKind.Reset);
        }
        pool.OnStreamEnded(this);
    }

    /// <summary>Counts an answer that is no success.</summary>
    internal void OnFailedAnswer() => Count(FrameMetric.ResponseFailedTotal);

    private bool TryTake(ReadBuffer input)
    {
        _head.Clear();
        DecodeStatus status = TCodec.Scan(input.Unread, _head);
        if (status == DecodeStatus.Malformed || _head.Length > settings.FrameBytesMax)
        {
            Break();
            return false;
        }
        if (status == DecodeStatus.NeedMore || input.Length < _head.Length)
        {
            _needed = Math.Max(input.Length + 1, _head.Length);
            Connection.InputLimit = Math.Max(_inputLimit, _needed);
            return false;
        }
        if (!TCodec.Inspect(_head, input.Unread[.._head.Length]))
        {
            Break();
            return false;
        }
        if (_needed > 0)
        {
            _needed = 0;
            Connection.InputLimit = _inputLimit;
        }
        Handle(input.Take(0, _head.Length));
        return true;
    }

    /// <summary>What the host sends is no frame, or not one that is wanted.</summary>
    private void Break()
    {
        Count(FrameMetric.ResponseBrokenTotal);
        Connection.Close(ConnectionCloseKind.Reset);
    }

    private void Handle(BufferSlice frame)
    {
        switch (_head.Kind)
        {
            case FrameKind.Response:
                if (TakeWaiting(_head.Id) is { } stream)
                {
                    Count(FrameMetric.ResponseTotal);
                    stream.OnResponse(_head, frame);
                }
                else
                {
                    Count(FrameMetric.ResponseLateTotal);
                }
                break;
            case FrameKind.Heartbeat:
                Count(FrameMetric.HeartbeatReceivedTotal);
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

    private void AnswerHeartbeat(BufferSlice frame)
    {
        _heartbeat.Hold(frame, _head);
        Span<byte> room = Connection.Reserve(TCodec.MaxReplyLength(_head));
        Connection.Commit(room[..TCodec.WriteHeartbeatReply(_head, room)]);
        _heartbeat.Release();
        _head.Clear();
    }

    private FrameClientStream<TCodec>? TakeWaiting(ulong id)
    {
        if (TCodec.PoolMode == FramePoolMode.PingPong)
        {
            foreach (ulong only in _waiting.Keys)
            {
                id = only;
            }
        }
        return _waiting.Remove(id, out FrameClientStream<TCodec>? stream) ? stream : null;
    }

    private void BeginHeartbeats()
    {
        _lastCallMs = Connection.Loop.NowMs;
        if (settings.HeartbeatMs > 0)
        {
            _nextHeartbeatMs = _lastCallMs + settings.HeartbeatMs;
            Connection.SetDeadline(_nextHeartbeatMs);
        }
    }

    /// <summary>A connection that is silent is asked, and given up when it stays so.</summary>
    private void Beat()
    {
        long nowMs = Connection.Loop.NowMs;
        if (_awaitsHeartbeat)
        {
            _awaitsHeartbeat = false;
            Count(FrameMetric.HeartbeatMissedTotal);
            if (++_missedHeartbeats >= settings.HeartbeatsMissedMax)
            {
                Connection.Close(ConnectionCloseKind.Reset, ConnectionEvent.RemoteReset);
                return;
            }
        }
        if (StreamCount == 0 && nowMs - _lastCallMs >= settings.IdleTimeoutMs)
        {
            Connection.Close(ConnectionCloseKind.Flush, ConnectionEvent.IdleTimeout);
            return;
        }
        if (nowMs < _nextHeartbeatMs)
        {
            Connection.SetDeadline(_nextHeartbeatMs);
            return;
        }
        Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
        int length = TCodec.WriteHeartbeat(_lastId = NextId(), room);
        Connection.Commit(room[..length]);
        if (length > 0)
        {
            Count(FrameMetric.HeartbeatSentTotal);
            _awaitsHeartbeat = true;
            _nextHeartbeatMs = nowMs + settings.HeartbeatMs;
            Connection.SetDeadline(nowMs + Math.Min(settings.HeartbeatTimeoutMs, settings.HeartbeatMs));
        }
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

    private void Count(FrameMetric metric) => metrics.Add(Connection.Loop.Index, metric);
}
