using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The server side of a protocol of frames on one connection: as many calls at a time as the settings allow, answered in
/// any order. Heartbeats are answered here.
/// </summary>
internal sealed class FrameServerConnection<TCodec> : FrameEndpoint<TCodec>, IServerConnection
    where TCodec : struct, IFrameCodec<TCodec>
{
    /// <summary>Milliseconds after a goodbye in which calls still come that had not heard of it.</summary>
    private const int GoAwayGraceMs = 1_000;

    private readonly FrameServerSettings _settings;
    private readonly IServerStreamHandler _handler;
    private readonly FrameServerLoop<TCodec> _shared;
    private readonly List<FrameServerStream<TCodec>> _live = [];

    /// <summary>Those that are being told of something; null: nobody ever was.</summary>
    private List<FrameServerStream<TCodec>>? _told;

    /// <summary>Of frames that are made here: those of the client are its own.</summary>
    private ulong _lastOwnId;
    private long _mayEndMs = long.MaxValue;
    private bool _isDraining;

    /// <param name="shared">The loop's.</param>
    public FrameServerConnection(
        Connection connection,
        FrameServerSettings settings,
        IServerStreamHandler handler,
        MetricGroup metrics,
        FrameServerLoop<TCodec> shared)
        : base(metrics, settings.FrameBytesMax, settings.FrameTimeoutMs, isFromHost: false)
    {
        Begin(connection);
        _settings = settings;
        _handler = handler;
        _shared = shared;
    }

    /// <summary>Calls without ids are answered in their order, so one is served at a time.</summary>
    private int StreamsMax => TCodec.HasIds ? _settings.StreamsMax : 1;

    /// <summary>A client that calls and does not read the answers would fill our memory with them.</summary>
    protected override bool MayTakeMore => _live.Count < StreamsMax && Line.IsRoom;

    /// <summary>What waits behind a large call is of the same client.</summary>
    protected override bool MayNotWait => false;

    protected override long OwnDueMs => _mayEndMs > Connection.Loop.NowMs ? _mayEndMs : long.MaxValue;

    public void OnData(ReadBuffer input)
    {
        Receive(input);
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
            Wake();
        }
        else if (what == ConnectionEvent.Deadline)
        {
            OnDeadline();
        }
        else if (what == ConnectionEvent.Drain)
        {
            Drain();
        }
    }

    /// <summary>
    /// True if an answer is to be held until it is whole: its host may stall or die, and there are other calls here. Its bytes
    /// are returned with the stream.
    /// </summary>
    internal bool TryHold(int length) => _live.Count > 1 && _shared.Held.TryTake(length);

    internal void OnReleased(FrameServerStream<TCodec> stream)
    {
        bool wasFull = _live.Count >= StreamsMax;
        bool isHalfSent = stream.IsHalfSent;
        int index = _live.LastIndexOf(stream);
        _live[index] = _live[^1];
        _live.RemoveAt(_live.Count - 1);
        Abandon(stream);
        Return(stream);
        if (_live.Count == 0)
        {
            Connection.IsBusy = false;
        }
        if (isHalfSent)
        {
            Connection.Close(ConnectionCloseKind.Reset);
        }
        if (IsReceiving || Connection.IsClosed)
        {
            return;
        }
        if (wasFull)
        {
            ReadOn();
        }
        EndIfDrained();
    }

    protected override void OnFrame(BufferSlice frame)
    {
        switch (Head.Kind)
        {
            case FrameKind.Request or FrameKind.OneWay:
                Start(Begin(frame, isStreamed: false));
                break;
            case FrameKind.Heartbeat:
                AnswerHeartbeat(frame);
                break;
            case FrameKind.GoAway:
                Connection.Announce(ConnectionEvent.GoAway);
                break;
            default:
                break; // A client has nothing else to say that would concern us.
        }
    }

    protected override void OnLargeFrame(BufferSlice start)
    {
        if (Head.Kind is FrameKind.Request or FrameKind.OneWay)
        {
            FrameServerStream<TCodec> stream = Begin(start, isStreamed: true);
            PassTo(stream);
            Start(stream);
        }
    }

    /// <summary>Where the next frame would begin is unknown, or it is not wanted.</summary>
    protected override void OnBroken(ReadBuffer input, bool isKnown)
    {
        int status = Head.Length > _settings.FrameBytesMax ? 413 : 400;
        Count(status == 413 ? FrameMetric.RequestTooLargeTotal : FrameMetric.RequestBrokenTotal);
        if (isKnown)
        {
            Refuse(input.Take(0, Head.HeadLength), status);
        }
        _handler.OnRejected(Connection, status);
        Connection.Close(ConnectionCloseKind.Flush);
    }

    protected override void Wake()
    {
        List<FrameServerStream<TCodec>> told = _told ??= [];
        told.AddRange(_live);
        foreach (FrameServerStream<TCodec> stream in told)
        {
            stream.Pour();
            stream.OnActivity(); // One that is over meanwhile hears nothing.
        }
        told.Clear();
        if (!Connection.IsClosed)
        {
            ReadOn();
        }
    }

    private FrameServerStream<TCodec> Begin(BufferSlice frame, bool isStreamed)
    {
        Count(Head.Kind == FrameKind.Request ? FrameMetric.RequestTotal : FrameMetric.OneWayTotal);
        FrameServerStream<TCodec> stream = _shared.Streams.Rent();
        stream.Begin(this, Head, frame, isStreamed);
        if (_live.Count == 0)
        {
            Connection.IsBusy = true;
        }
        _live.Add(stream);
        return stream;
    }

    private void Start(FrameServerStream<TCodec> stream)
    {
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

    private void OnDeadline()
    {
        if (IsFrameTooSlow(isPatient: false))
        {
            Connection.Close(ConnectionCloseKind.Flush);
            return;
        }
        EndIfDrained();
        if (!Connection.IsClosed)
        {
            ArmDeadline();
        }
    }

    private void Drain()
    {
        if (_isDraining)
        {
            return;
        }
        _isDraining = true;
        if (_settings.SaysGoAway && TrySayGoAway(_lastOwnId = TCodec.NextId(_lastOwnId)))
        {
            _mayEndMs = Connection.Loop.NowMs + GoAwayGraceMs;
            ArmDeadline();
        }
        EndIfDrained();
    }

    /// <summary>
    /// Between two calls, and only when a client that was told can have heard of it: from one that cannot be told no call is
    /// lost here either.
    /// </summary>
    private void EndIfDrained()
    {
        if (!_isDraining || _live.Count > 0 || IsReceivingFrame || Connection.IsClosed)
        {
            return;
        }
        if (_mayEndMs == long.MaxValue || Connection.Loop.NowMs >= _mayEndMs)
        {
            Connection.Close(ConnectionCloseKind.Flush);
        }
    }

    private void OnClosed()
    {
        TakeReceiver();
        foreach (FrameServerStream<TCodec> stream in (FrameServerStream<TCodec>[])[.. _live])
        {
            if (stream.IsOn(this))
            {
                stream.OnConnectionClosed();
            }
        }
        Line.Drop();
    }

    private void Return(FrameServerStream<TCodec> stream)
    {
        _shared.Held.Return(stream.HeldLength);
        stream.Clear();
        _shared.Streams.Return(stream);
    }
}
