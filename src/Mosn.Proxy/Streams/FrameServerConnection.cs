using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The server side of a protocol of frames on one connection: as many calls at a time as the settings allow, answered in
/// any order. Heartbeats are answered here.
/// </summary>
internal sealed class FrameServerConnection<TCodec> : IServerConnection
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly FrameServerSettings _settings;
    private readonly IServerStreamHandler _handler;
    private readonly ObjectPool<FrameServerStream<TCodec>> _streams;
    private readonly List<FrameServerStream<TCodec>> _live = [];
    private readonly int _inputLimit;
    private FrameServerStream<TCodec>? _next;
    private int _needed;
    private ulong _lastOwnId;
    private bool _isReading;
    private bool _isDraining;

    /// <param name="streams">The loop's.</param>
    public FrameServerConnection(
        Connection connection,
        FrameServerSettings settings,
        IServerStreamHandler handler,
        ObjectPool<FrameServerStream<TCodec>> streams)
    {
        Connection = connection;
        _settings = settings;
        _handler = handler;
        _streams = streams;
        _inputLimit = connection.InputLimit;
    }

    public Connection Connection { get; }

    /// <summary>A client that calls and does not read the answers would fill our memory with them.</summary>
    private bool MayTakeMore => _live.Count < _settings.StreamsMax && Connection.IsWritable;

    public void OnData(ReadBuffer input)
    {
        if (input.Length < _needed)
        {
            return;
        }
        _isReading = true;
        while (input.Length > 0 && MayTakeMore && !Connection.IsClosed && TryTake(input))
        {
        }
        _isReading = false;
        EndIfDrained();
    }

    public void OnEndOfInput() =>
        Connection.Close(
            _live.Count > 0 ? ConnectionCloseKind.NoFlush : ConnectionCloseKind.Flush, ConnectionEvent.RemoteClose);

    public void OnEvent(ConnectionEvent what)
    {
        if (what.IsEnd())
        {
            OnClosed();
        }
        else if (what == ConnectionEvent.Writable)
        {
            foreach (FrameServerStream<TCodec> stream in (FrameServerStream<TCodec>[])[.. _live])
            {
                stream.OnWritable();
            }
            ReadOn();
        }
        else if (what == ConnectionEvent.Deadline)
        {
            // Half a frame, for too long.
            Connection.Close(ConnectionCloseKind.Flush);
        }
        else if (what == ConnectionEvent.Drain)
        {
            Drain();
        }
    }

    internal void OnReleased(FrameServerStream<TCodec> stream)
    {
        bool wasFull = _live.Count >= _settings.StreamsMax;
        int index = _live.LastIndexOf(stream);
        _live[index] = _live[^1];
        _live.RemoveAt(_live.Count - 1);
        Return(stream);
        if (_live.Count == 0)
        {
            Connection.IsBusy = false;
        }
        if (_isReading || Connection.IsClosed)
        {
            return;
        }
        if (wasFull)
        {
            ReadOn();
        }
        EndIfDrained();
    }

    private void ReadOn()
    {
        if (Connection.Input.Length > 0)
        {
            Connection.ReadAgain();
        }
        else
        {
            Connection.ResumeReading();
        }
    }

    /// <summary>Takes one frame, if it is whole.</summary>
    private bool TryTake(ReadBuffer input)
    {
        FrameServerStream<TCodec> stream = _next ??= _streams.Rent();
        FrameHead head = stream.Head;
        DecodeStatus status = TCodec.Scan(input.Unread, head);
        if (status == DecodeStatus.Malformed || (status == DecodeStatus.Complete && head.Length > _settings.FrameBytesMax))
        {
            Reject(stream, isTooLarge: status == DecodeStatus.Complete);
            return false;
        }
        if (status == DecodeStatus.NeedMore || input.Length < head.Length)
        {
            WaitFor(status == DecodeStatus.NeedMore ? input.Length + 1 : head.Length);
            return false;
        }
        if (_needed > 0)
        {
            _needed = 0;
            Connection.InputLimit = _inputLimit;
            Connection.ClearDeadline();
        }
        Handle(stream, input.Take(0, head.Length));
        return true;
    }

    private void WaitFor(int bytes)
    {
        if (_needed == 0)
        {
            Connection.SetDeadline(Connection.Loop.NowMs + _settings.FrameTimeoutMs);
        }
        _needed = bytes;
        Connection.InputLimit = Math.Max(_inputLimit, bytes);
    }

    private void Handle(FrameServerStream<TCodec> stream, BufferSlice frame)
    {
        FrameHead head = stream.Head;
        switch (head.Kind)
        {
            case FrameKind.Request or FrameKind.OneWay:
                _next = null;
                Start(stream, frame);
                break;
            case FrameKind.Heartbeat:
                Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
                Connection.Commit(room[..TCodec.WriteHeartbeatReply(head, room)]);
                break;
            default:
                break; // A client has nothing else to say that would concern us.
        }
    }

    private void Start(FrameServerStream<TCodec> stream, BufferSlice frame)
    {
        stream.Begin(this, frame);
        if (_live.Count == 0)
        {
            Connection.IsBusy = true;
        }
        _live.Add(stream);
        if (stream.Head.IsBroken)
        {
            stream.Reply(400);
            _handler.OnRejected(Connection, 400);
            stream.Release();
            return;
        }
        _handler.OnStream(stream);
    }

    /// <summary>Where the next frame would begin is unknown, or it is not wanted: the connection ends.</summary>
    private void Reject(FrameServerStream<TCodec> stream, bool isTooLarge)
    {
        if (isTooLarge && stream.Head.Kind == FrameKind.Request)
        {
            Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
            Connection.Commit(room[..TCodec.WriteReply(stream.Head, 413, room)]);
        }
        _handler.OnRejected(Connection, isTooLarge ? 413 : 400);
        Connection.Close(ConnectionCloseKind.Flush);
    }

    private void Drain()
    {
        _isDraining = true;
        if (_settings.SaysGoAway)
        {
            Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
            Connection.Commit(room[..TCodec.WriteGoAway(_lastOwnId = TCodec.NextId(_lastOwnId), room)]);
        }
        EndIfDrained();
    }

    /// <summary>A client that is told goes by itself; from one that cannot be told no call is lost between two of them.</summary>
    private void EndIfDrained()
    {
        if (_isDraining && !_settings.SaysGoAway && _live.Count == 0 && Connection.Input.Length == 0 && !Connection.IsClosed)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
    }

    private void OnClosed()
    {
        if (_next is { } next)
        {
            _next = null;
            Return(next);
        }
        foreach (FrameServerStream<TCodec> stream in (FrameServerStream<TCodec>[])[.. _live])
        {
            stream.OnConnectionClosed();
        }
    }

    private void Return(FrameServerStream<TCodec> stream)
    {
        stream.Clear();
        _streams.Return(stream);
    }
}
