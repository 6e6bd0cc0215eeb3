using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>The client side of a protocol of frames on one connection to a host: many calls at a time.</summary>
/// <param name="streams">The loop's.</param>
internal sealed class FrameClientConnection<TCodec>(
    IMultiplexOwner pool, FrameClientSettings settings, ObjectPool<FrameClientStream<TCodec>> streams)
    : IMultiplexConnection, INetworkReadFilter
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly Dictionary<ulong, FrameClientStream<TCodec>> _waiting = [];
    private readonly FrameHead _head = new();
    private int _inputLimit;
    private int _needed;
    private ulong _lastId;
    private ulong _heartbeatId;
    private long _opened;
    private int _missedHeartbeats;
    private bool _goesAway;

    public Connection Connection { get; private set; } = null!;

    public bool MayOpen => !IsDraining && StreamCount < settings.StreamsMax;

    public int StreamsMax => settings.StreamsMax;

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
            SetHeartbeat();
            pool.OnConnected(this);
        }
        else if (what == ConnectionEvent.Deadline)
        {
            Beat();
        }
    }

    /// <summary>The stream's call is about to be sent.</summary>
    /// <returns>Its id.</returns>
    internal ulong Register(FrameClientStream<TCodec> stream, bool isOneWay)
    {
        do
        {
            _lastId = TCodec.NextId(_lastId);
        }
        while (_lastId == 0 || _waiting.ContainsKey(_lastId)); // 0 is "none" here, and an id may come round again.
        _waiting.Add(_lastId, stream);
        return _lastId;
    }

    internal void OnReleased(FrameClientStream<TCodec> stream)
    {
        if (stream.Id != 0)
        {
            _waiting.Remove(stream.Id); // An answer that comes after this is nobody's.
        }
        stream.Clear();
        streams.Return(stream);
        if (--StreamCount == 0)
        {
            Connection.IsBusy = false;
        }
        pool.OnStreamEnded(this);
    }

    private bool TryTake(ReadBuffer input)
    {
        DecodeStatus status = TCodec.Scan(input.Unread, _head);
        if (status == DecodeStatus.Malformed || (status == DecodeStatus.Complete && _head.Length > settings.FrameBytesMax))
        {
            Connection.Close(ConnectionCloseKind.Reset);
            return false;
        }
        if (status == DecodeStatus.NeedMore || input.Length < _head.Length)
        {
            _needed = status == DecodeStatus.NeedMore ? input.Length + 1 : _head.Length;
            Connection.InputLimit = Math.Max(_inputLimit, _needed);
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

    private void Handle(BufferSlice frame)
    {
        switch (_head.Kind)
        {
            case FrameKind.Response:
                if (_waiting.Remove(_head.Id, out FrameClientStream<TCodec>? stream))
                {
                    stream.OnResponse(_head, frame);
                }
                break;
            case FrameKind.Heartbeat:
                Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
                Connection.Commit(room[..TCodec.WriteHeartbeatReply(_head, room)]);
                break;
            case FrameKind.GoAway when !_goesAway:
                _goesAway = true;
                pool.OnMayOpenChanged(this);
                break;
            default:
                break; // Answers to our heartbeats; and calls, of which a host makes none.
        }
    }

    private void SetHeartbeat()
    {
        if (settings.HeartbeatMs > 0)
        {
            Connection.SetDeadline(Connection.Loop.NowMs + settings.HeartbeatMs);
        }
    }

    /// <summary>A connection that is silent is asked, and given up when it stays so.</summary>
    private void Beat()
    {
        if (_missedHeartbeats >= settings.HeartbeatsMissedMax)
        {
            Connection.Close(ConnectionCloseKind.Reset, ConnectionEvent.RemoteReset);
            return;
        }
        Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
        _heartbeatId = _lastId = TCodec.NextId(_lastId);
        int length = TCodec.WriteHeartbeat(_heartbeatId, room);
        Connection.Commit(room[..length]);
        if (length > 0)
        {
            _missedHeartbeats++;
            SetHeartbeat();
        }
    }
}
