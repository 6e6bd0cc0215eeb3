using Mosn.Transport;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Network;

/// <summary>
/// One connection, downstream or upstream: a transport, the input not yet consumed, the output not yet sent, and the
/// filters in between. Belongs to one loop for life; every member is for that loop's thread.
/// </summary>
/// <remarks>
/// Bounded on both sides: input above <see cref="ConnectionOptions.InputLimit"/> is left in the system, which slows the
/// peer down; output above the high watermark makes <see cref="IsWritable"/> false, and a
/// <see cref="ConnectionEvent.Writable"/> says when to go on.
/// </remarks>
public sealed partial class Connection : LoopTimer, ITransportEvents, ITurnInput, ITurnEnd, ITurnStart, IBugBoundary
{
    /// <summary>Bytes one connection may read in a turn before the others get theirs.</summary>
    private const int TurnBytesMax = 256 * 1024;

    /// <summary>
    /// Bytes a second that a peer must take of the last ones: who takes one now and then must not hold a connection that is over.
    /// </summary>
    private const int FlushRateMin = 64;

    private static long s_lastId;

    private readonly ConnectionOptions _options;
    private readonly List<IConnectionListener?> _listeners = new(2);
    private ITransport? _transport;
    private State _state;
    private bool _dirty;
    private bool _hasReceived;
    private bool _readDeferred;
    private bool _inFilters;
    private bool _inputEnded;
    private bool _endShown;
    private bool _aboveHigh;
    private bool _largeReads;
    private bool _endOutput;
    private bool _showAgain;
    private byte _readDisabled;
    private long _lastReadMs;
    private long _lastProgressMs;
    private long _deadlineMs = Never;
    private long _connectDeadlineMs = Never;
    private long _closeDeadlineMs = Never;
    private long _flushEndMs = Never;

    private enum State : byte
    {
        Connecting,
        Open,

        /// <summary>Over for everybody else; the last bytes are on their way out.</summary>
        Flushing,

        /// <summary>All is sent; waiting for the peer to end too, so that its unread bytes do not cause a reset.</summary>
        Lingering,
        Closed,
    }

    private Connection(EventLoop loop, ConnectionOptions options, State state)
    {
        Loop = loop;
        _options = options;
        _state = state;
        Id = Interlocked.Increment(ref s_lastId);
        Input = new ReadBuffer(loop.Buffers);
        Output = new OutputQueue(loop.Buffers);
        InputLimit = options.InputLimit;
        Filters = new FilterManager(this);
        _lastReadMs = _lastProgressMs = loop.NowMs;
    }

    /// <summary>Unique in the process.</summary>
    public long Id { get; }

    /// <summary>The connection's loop.</summary>
    public EventLoop Loop { get; }

    /// <summary>The connection's filters.</summary>
    public FilterManager Filters { get; }

    /// <summary>Bytes received and not consumed. Who consumes outside of a filter's OnData calls <see cref="ResumeReading"/>.</summary>
    public ReadBuffer Input { get; }

    /// <summary>Bytes of unconsumed input above which nothing more is read. A protocol may need more than the default.</summary>
    public int InputLimit { get; set; }

    /// <summary>True once the connection is over, even while its last bytes are still being sent.</summary>
    public bool IsClosed => _state >= State.Flushing;

    /// <summary>True between a successful connect or accept and the end.</summary>
    public bool IsOpen => _state == State.Open;

    /// <summary>True when the peer has sent its last byte (some may still wait in <see cref="Input"/>).</summary>
    public bool InputEnded => _inputEnded;

    /// <summary>False while so much output waits that producers should pause.</summary>
    public bool IsWritable => Output.Length < _options.OutputHighWatermark;

    /// <summary>Bytes queued and not yet taken by the system.</summary>
    public int OutputLength => Output.Length;

    /// <summary>
    /// True while the idle timeout must not end the connection: a request is under way. It counts from the end of that.
    /// </summary>
    public bool IsBusy
    {
        get;
        set
        {
            field = value;
            if (!value)
            {
                _lastReadMs = Loop.NowMs;
            }
        }
    }

    /// <summary>
    /// Bytes that the peer may still send once this end is closed; then it is reset. They are dropped so that an honest peer
    /// gets to see our last bytes; dropping what an attacker sends is work for nothing.
    /// </summary>
    public int LingerBytesMax { get; set; } = int.MaxValue;

    /// <summary>Bytes received over the connection's life.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Bytes the system took over the connection's life.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>The address of our end; None before a connect.</summary>
    public TransportAddress LocalAddress => _transport?.LocalAddress ?? default;

    /// <summary>The peer's address.</summary>
    public TransportAddress RemoteAddress => _transport?.RemoteAddress ?? default;

    /// <summary>The protocol that a TLS handshake has settled (ALPN); empty: none, or no TLS.</summary>
    public string ApplicationProtocol => _transport?.ApplicationProtocol ?? "";

    /// <summary>
    /// Where the client meant to go, if the listener asks for it and a rule of this machine brought the connection here; of
    /// kind None otherwise.
    /// </summary>
    public TransportAddress OriginalDestination { get; internal set; }

    /// <summary>Counts bytes as they move, for whoever accounts for this connection; may be null.</summary>
    internal IByteCounter? ByteCounter { get; set; }

    /// <summary>Asked for more output just before it is sent; null: everything is written when it is there.</summary>
    internal IOutputSource? OutputSource { get; set; }

    private OutputQueue Output { get; }

    /// <summary>Takes over an accepted transport. <see cref="Start"/> follows once the filters are added.</summary>
    public static Connection Accepted(EventLoop loop, ITransport transport, ConnectionOptions options) =>
        new(loop, options, State.Open) { _transport = transport };

    /// <summary>Begins a connect; the outcome is an event. What is written before it is sent once connected.</summary>
    public static Connection Connect(
        EventLoop loop,
        in TransportAddress address,
        in ConnectOptions connectOptions,
        ConnectionOptions options,
        IConnectionListener listener)
    {
        Connection connection = new(loop, options, State.Connecting);
        connection.AddListener(listener);
        connection._connectDeadlineMs = loop.NowMs + options.ConnectTimeoutMs;
        connection._transport = loop.Connect(address, connectOptions, connection);
        connection.ArmTimer();
        return connection;
    }

    /// <summary>Adds a listener; it hears of what happens from now on.</summary>
    public void AddListener(IConnectionListener listener)
    {
        int free = _listeners.IndexOf(null);
        if (free >= 0)
        {
            _listeners[free] = listener;
        }
        else
        {
            _listeners.Add(listener);
        }
    }

    /// <summary>Takes a listener back; it hears nothing from now on. Without effect if it is none.</summary>
    public void RemoveListener(IConnectionListener listener)
    {
        int index = _listeners.IndexOf(listener);
        if (index >= 0)
        {
            _listeners[index] = null; // Not taken out: the others may be hearing of something just now.
        }
    }

    /// <summary>Runs the filters' OnNewConnection and begins to read an accepted connection.</summary>
    public void Start()
    {
        _transport!.SetEvents(this);
        RunReadFilters();
        if (_state == State.Open)
        {
            ArmTimer();
        }
    }

    /// <summary>
    /// Calls <see cref="ConnectionEvent.Deadline"/> at a time of the loop's clock; a new call replaces it.
    /// </summary>
    public void SetDeadline(long atMs)
    {
        _deadlineMs = atMs;
        if (atMs < DeadlineMs && _state <= State.Open)
        {
            Loop.Timers.Set(this, atMs);
        }
    }

    /// <summary>Forgets the deadline.</summary>
    public void ClearDeadline() => _deadlineMs = Never;

    /// <summary>Room to write into, at least <paramref name="atLeast"/> bytes; <see cref="Commit"/> follows.</summary>
    public Span<byte> Reserve(int atLeast) => Output.Reserve(atLeast);

    /// <summary>Queues what was written to the span of <see cref="Reserve"/>.</summary>
    public void Commit(ReadOnlySpan<byte> written)
    {
        bool drop = IsClosed || (Filters.HasWriteFilters && Filters.OnWrite(written) == FilterStatus.Stop);
        Output.Commit(drop ? 0 : written.Length);
        MarkDirty();
    }

    /// <summary>Queues a copy of the bytes. Without effect on a closed connection.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!IsClosed && (!Filters.HasWriteFilters || Filters.OnWrite(bytes) == FilterStatus.Continue))
        {
            Output.Write(bytes);
            MarkDirty();
        }
    }

    /// <summary>Queues the slice, keeping its chunk instead of copying where that is cheaper.</summary>
    public void Write(BufferSlice slice)
    {
        if (!IsClosed && (!Filters.HasWriteFilters || Filters.OnWrite(slice.Span) == FilterStatus.Continue))
        {
            Output.Write(slice);
            MarkDirty();
        }
    }

    /// <summary>Has <see cref="OutputSource"/> asked at the end of the turn, and what is there sent.</summary>
    public void RequestFlush() => MarkDirty();

    /// <summary>Ends our direction once everything queued is sent; reading goes on.</summary>
    public void EndOutput()
    {
        _endOutput = true;
        MarkDirty();
    }

    /// <summary>Stops reading until <see cref="EnableReading"/> was called as often. The peer is slowed down.</summary>
    public void DisableReading()
    {
        Check.That(_readDisabled < byte.MaxValue);
        _readDisabled++;
    }

    /// <summary>Takes one <see cref="DisableReading"/> back.</summary>
    public void EnableReading()
    {
        Check.That(_readDisabled > 0);
        _readDisabled--;
        ResumeReading();
    }

    /// <summary>Reads on, after input was consumed that had filled the buffer. Cheap when there is nothing to do.</summary>
    public void ResumeReading()
    {
        if (_inFilters)
        {
            return; // The read that runs looks for itself.
        }
        Input.ReleaseIfEmpty();
        if (_state == State.Open && !_readDeferred && CanReadOn)
        {
            _readDeferred = true;
            Loop.AtNextTurn(this);
        }
    }

    /// <summary>Shows what waits in <see cref="Input"/> to the filters again, in the next turn.</summary>
    public void ReadAgain()
    {
        if (_state != State.Open)
        {
            return;
        }
        _showAgain = true; // Also when a read is to follow anyway: it may find nothing new to show.
        if (!_readDeferred)
        {
            _readDeferred = true;
            Loop.AtNextTurn(this);
        }
    }

    /// <summary>Ends the connection; its listeners hear <paramref name="reason"/>, now. A second call does nothing.</summary>
    public void Close(ConnectionCloseKind kind, ConnectionEvent reason = ConnectionEvent.LocalClose)
    {
        if (IsClosed)
        {
            return;
        }
        Check.That(reason.IsEnd());
        bool wasOpen = _state == State.Open;
        if (kind == ConnectionCloseKind.Flush && wasOpen)
        {
            OutputSource?.OnClosing();
            BeginFlush();
        }
        else
        {
            Finish(kind == ConnectionCloseKind.Reset ? CloseMode.Reset : CloseMode.Graceful);
        }
        Raise(reason);
    }

    /// <summary>Tells the listeners what the protocol has found out. Not of ends.</summary>
    public void Announce(ConnectionEvent what)
    {
        Check.That(!what.IsEnd());
        if (!IsClosed)
        {
            Raise(what);
        }
    }

    /// <summary>Tells the listeners that the process drains.</summary>
    public void Drain()
    {
        if (!IsClosed)
        {
            Raise(ConnectionEvent.Drain);
        }
    }
}
