using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
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
    /// <summary>Bytes within which the head of a frame that is too large must end, to be answered.</summary>
    private const int HeadBytesMax = 16 * 1024;

    private readonly FrameServerSettings _settings;
    private readonly IServerStreamHandler _handler;
    private readonly MetricGroup _metrics;
    private readonly ObjectPool<FrameServerStream<TCodec>> _streams;
    private readonly List<FrameServerStream<TCodec>> _live = [];
    private readonly int _inputLimit;
    private FrameServerStream<TCodec>? _next;
    private int _needed;
    private ulong _lastOwnId;
    private bool _isReading;
    private bool _isDraining;
    private bool _saidGoAway;

    /// <param name="streams">The loop's.</param>
    public FrameServerConnection(
        Connection connection,
        FrameServerSettings settings,
        IServerStreamHandler handler,
        MetricGroup metrics,
        ObjectPool<FrameServerStream<TCodec>> streams)
    {
        Connection = connection;
        _settings = settings;
        _handler = handler;
        _metrics = metrics;
        _streams = streams;
        _inputLimit = connection.InputLimit;
    }

    public Connection Connection { get; }

    /// <summary>Calls without ids are answered in their order, so one is served at a time.</summary>
    private int StreamsMax => TCodec.PoolMode == FramePoolMode.PingPong ? 1 : _settings.StreamsMax;

    /// <summary>A client that calls and does not read the answers would fill our memory with them.</summary>
    private bool MayTakeMore => _live.Count < StreamsMax && Connection.IsWritable;

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
        bool wasFull = _live.Count >= StreamsMax;
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

    /// <summary>Counts an answer that was made here.</summary>
    internal void OnLocalReply() => Count(FrameMetric.LocalReplyTotal);

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
        head.Clear();
        DecodeStatus status = TCodec.Scan(input.Unread, head);
        bool isTooLarge = head.Length > _settings.FrameBytesMax;
        if (status == DecodeStatus.Malformed
            || (isTooLarge && (status == DecodeStatus.Complete || input.Length >= HeadBytesMax)))
        {
            Reject(stream, input, isKnown: status == DecodeStatus.Complete);
            return false;
        }
        if (status == DecodeStatus.NeedMore || input.Length < head.Length)
        {
            WaitFor(isTooLarge ? input.Length + 1 : Math.Max(input.Length + 1, head.Length));
            return false;
        }
        if (!TCodec.Inspect(head, input.Unread[..head.Length]))
        {
            Reject(stream, input, isKnown: false);
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
                Count(head.Kind == FrameKind.Request ? FrameMetric.RequestTotal : FrameMetric.OneWayTotal);
                Start(stream, frame);
                break;
            case FrameKind.Heartbeat:
                Count(FrameMetric.HeartbeatReceivedTotal);
                stream.AnswerHeartbeat(this, frame);
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
            Count(FrameMetric.RequestBrokenTotal);
            stream.Reply(400);
            _handler.OnRejected(Connection, 400);
            stream.Release();
            return;
        }
        _handler.OnStream(stream);
    }

    /// <summary>Where the next frame would begin is unknown, or it is not wanted: the connection ends.</summary>
    /// <param name="isKnown">The head of a call that is too large is there, and can be answered.</param>
    private void Reject(FrameServerStream<TCodec> stream, ReadBuffer input, bool isKnown)
    {
        int status = stream.Head.Length > _settings.FrameBytesMax ? 413 : 400;
        Count(status == 413 ? FrameMetric.RequestTooLargeTotal : FrameMetric.RequestBrokenTotal);
        if (isKnown)
        {
            stream.Refuse(this, input.Take(0, stream.Head.HeadLength), status);
        }
        _handler.OnRejected(Connection, status);
        Connection.Close(ConnectionCloseKind.Flush);
    }

    private void Drain()
    {
        _isDraining = true;
        if (_settings.SaysGoAway)
        {
            Span<byte> room = Connection.Reserve(TCodec.OwnFrameLengthMax);
            int length = TCodec.WriteGoAway(_lastOwnId = TCodec.NextId(_lastOwnId), room);
            Connection.Commit(room[..length]);
            _saidGoAway = length > 0;
            if (_saidGoAway)
            {
                Count(FrameMetric.GoAwaySentTotal);
            }
        }
        EndIfDrained();
    }

    /// <summary>A client that is told goes by itself; from one that cannot be told no call is lost between two of them.</summary>
    private void EndIfDrained()
    {
        if (_isDraining && !_saidGoAway && _live.Count == 0 && Connection.Input.Length == 0 && !Connection.IsClosed)
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

    private void Count(FrameMetric metric) => _metrics.Add(Connection.Loop.Index, metric);

    private void Return(FrameServerStream<TCodec> stream)
    {
        stream.Clear();
        _streams.Return(stream);
    }
}
