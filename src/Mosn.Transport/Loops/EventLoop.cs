using System.Collections.Concurrent;
using Mosn.Transport.Buffers;

namespace Mosn.Transport.Loops;

/// <summary>Has something to do at the end of the turn: above all, bytes to send.</summary>
public interface ITurnEnd
{
    /// <summary>Called once for each <see cref="EventLoop.AtEndOfTurn"/>.</summary>
    void OnTurnEnd();
}

/// <summary>Has received bytes, and looks at them once others have received theirs.</summary>
public interface ITurnInput
{
    /// <summary>Called once for each <see cref="EventLoop.AfterReads"/>.</summary>
    void OnTurnInput();
}

/// <summary>Gave up the loop for fairness and goes on in the next turn.</summary>
public interface ITurnStart
{
    /// <summary>Called once for each <see cref="EventLoop.AtNextTurn"/>.</summary>
    void OnTurnStart();
}

/// <summary>
/// One worker: runs handlers of transports, posted work and timers, and flushes dirty connections once at the end of each
/// turn. This base is everything that does not depend on where bytes come from; epoll and memory are its two forms.
/// </summary>
/// <remarks>
/// All members belong to the loop's thread, except <see cref="Post"/>. A connection belongs to one loop for life, so the
/// data path has no locks.
/// </remarks>
public abstract class EventLoop
{
    private const long NsPerMs = 1_000_000;

    /// <summary>Dirty connections that wait for the end of the turn.</summary>
    private const int DirtyMax = 16;

    /// <summary>Connections that have received and wait for others to do so.</summary>
    private const int ReceivedMax = 32;

    private readonly ConcurrentQueue<(SendOrPostCallback Work, object? State)> _posted = new();
    private readonly Action<Exception> _onBug;
    private readonly List<Entry<ITurnInput>> _turnInputs = [];
    private List<Entry<ITurnEnd>> _turnEnds = [];
    private List<Entry<ITurnEnd>> _turnEndsRunning = [];
    private List<Entry<ITurnStart>> _turnStarts = [];
    private List<Entry<ITurnStart>> _turnStartsRunning = [];
    private long _utcAtZeroTicks;
    private long _utcReadAgainMs = long.MinValue;

    /// <param name="index">Position among the process's loops, from 0.</param>
    /// <param name="nowNs">The time at the start.</param>
    /// <param name="onBug">Told of an exception that reached the loop: a bug of ours. Tests rethrow it.</param>
    protected EventLoop(int index, long nowNs, Action<Exception> onBug)
    {
        Index = index;
        TurnNs = nowNs;
        NowMs = nowNs / NsPerMs;
        _onBug = onBug;
        Timers = new TimerWheel(NowMs, ReportBug);
        Surplus = new SurplusWatch();
        Buffers = new BufferPool(watch: Surplus);
        Context = new LoopSynchronizationContext(this);
    }

    /// <summary>Position among the process's loops, from 0.</summary>
    public int Index { get; }

    /// <summary>Milliseconds on a clock that never goes back, as of this turn.</summary>
    public long NowMs { get; private set; }

    /// <summary>Nanoseconds on the same clock, as of this turn: costs nothing to ask for.</summary>
    public long TurnNs { get; private set; }

    /// <summary>Turns that have begun: tells them apart, for whoever does only so much in each.</summary>
    public long TurnCount { get; private set; }

    /// <summary>The wall clock as of this turn, in UTC ticks of <see cref="DateTime"/>; follows clock steps in a second.</summary>
    public long TurnUtcTicks => _utcAtZeroTicks + (TurnNs / 100);

    /// <summary>This loop's memory for bytes.</summary>
    public BufferPool Buffers { get; }

    /// <summary>What this loop's pools do not need any more.</summary>
    public SurplusWatch Surplus { get; }

    /// <summary>This loop's timers.</summary>
    public TimerWheel Timers { get; }

    /// <summary>Brings foreign awaits back to this loop.</summary>
    public SynchronizationContext Context { get; }

    /// <summary>Nanoseconds on a clock that never goes back, now: for durations in logs and histograms.</summary>
    public abstract long NowNs { get; }

    /// <summary>True on the loop's own thread.</summary>
    public abstract bool IsCurrent { get; }

    /// <summary>True when no posted or deferred work waits.</summary>
    protected bool HasNoWork => _posted.IsEmpty && _turnInputs.Count == 0 && _turnStarts.Count == 0 && _turnEnds.Count == 0;

    /// <summary>Runs <paramref name="work"/> on the loop soon. Any thread.</summary>
    public void Post(SendOrPostCallback work, object? state)
    {
        _posted.Enqueue((work, state));
        Wake();
    }

    /// <summary>Begins a connect that does not block; <see cref="ITransportEvents.OnConnected"/> tells the outcome.</summary>
    public abstract ITransport Connect(in TransportAddress address, in ConnectOptions options, ITransportEvents events);

    /// <summary>Opens a listening socket of this loop.</summary>
    /// <exception cref="IOException">The system refused; the message says why.</exception>
    public abstract ITransportListener Listen(in TransportAddress address, in ListenOptions options, IAcceptor acceptor);

    /// <summary>
    /// Calls <paramref name="item"/> in this turn, when those have received whose bytes came together with its own. A group
    /// of reads and then a group of parsers keep each other's code out of the processor's cache less often than one by one:
    /// 2 % less processor time a request with 64 client connections.
    /// </summary>
    public void AfterReads(ITurnInput item) => _turnInputs.Add(new Entry<ITurnInput>(item));

    /// <summary>Calls <paramref name="item"/> when everything else of this turn is done.</summary>
    public void AtEndOfTurn(ITurnEnd item) => _turnEnds.Add(new Entry<ITurnEnd>(item));

    /// <summary>Calls <paramref name="item"/> at the start of the next turn, which then follows without waiting.</summary>
    public void AtNextTurn(ITurnStart item) => _turnStarts.Add(new Entry<ITurnStart>(item));

    /// <summary>Tells of a bug.</summary>
    public void ReportBug(Exception exception) => _onBug(exception);

    /// <summary>Tells of a bug that came out of a call to <paramref name="called"/>, and lets that one end.</summary>
    public void ReportBug(Exception exception, object? called)
    {
        _onBug(exception);
        try
        {
            (called as IBugBoundary)?.OnBug();
        }
        catch (Exception another)
        {
            _onBug(another);
        }
    }

    /// <summary>Wakes the loop from another thread.</summary>
    protected abstract void Wake();

    /// <summary>Hands out the events that are there, waiting for them at most <paramref name="timeoutMs"/> (-1: for ever).</summary>
    protected abstract void Poll(int timeoutMs);

    /// <summary>The wall clock, now, in UTC ticks of <see cref="DateTime"/>.</summary>
    protected abstract long ReadUtcTicks();

    /// <summary>One turn.</summary>
    protected void Turn(bool mayWait)
    {
        TurnCount++;
        int timeoutMs = mayWait && HasNoWork ? Timers.NextDelayMs(NowMs) : 0;
        Poll(timeoutMs);
        RunTurnInputs();
        RunTurnStarts();
        RunPosted();
        Timers.Advance(NowMs);
        RunTurnEnds();
    }

    /// <summary>
    /// Called by <see cref="Poll"/> between two events: bounds the groups of <see cref="AfterReads"/>, and
    /// once many connections are dirty they are flushed at once, so that
    /// peers on other cores begin to work on the first bytes while we produce the rest. Measured against one flush for a
    /// whole turn: 5 % less processor time a request, because fewer sleeping peers have to be woken.
    /// </summary>
    protected void AfterEvent()
    {
        if (_turnInputs.Count >= ReceivedMax)
        {
            RunTurnInputs();
        }
        if (_turnEnds.Count >= DirtyMax)
        {
            RunTurnInputs(); // A flush that fails shows the end of the input, so what came before it has been shown.
            RunTurnEnds();
        }
    }

    /// <summary>Reads the clock; called by <see cref="Poll"/> as soon as it stops waiting.</summary>
    protected void UpdateTime()
    {
        TurnNs = NowNs;
        NowMs = TurnNs / NsPerMs;
        if (NowMs >= _utcReadAgainMs)
        {
            _utcAtZeroTicks = ReadUtcTicks() - (TurnNs / 100);
            _utcReadAgainMs = NowMs + 1000;
        }
    }

    private void RunTurnInputs()
    {
        // By index: one more may come while they run.
        for (int i = 0; i < _turnInputs.Count; i++)
        {
            ITurnInput item = _turnInputs[i].Item;
            try
            {
                item.OnTurnInput();
            }
            catch (Exception exception)
            {
                ReportBug(exception, item);
            }
        }
        _turnInputs.Clear();
    }

    private void RunTurnStarts()
    {
        if (_turnStarts.Count == 0)
        {
            return;
        }
        (_turnStarts, _turnStartsRunning) = (_turnStartsRunning, _turnStarts);
        foreach (Entry<ITurnStart> entry in _turnStartsRunning)
        {
            try
            {
                entry.Item.OnTurnStart();
            }
            catch (Exception exception)
            {
                ReportBug(exception, entry.Item);
            }
        }
        _turnStartsRunning.Clear();
    }

    private void RunPosted()
    {
        // Only what was there at the start: work that posts itself again must not starve the rest.
        for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out (SendOrPostCallback Work, object? State) item); left--)
        {
            try
            {
                item.Work(item.State);
            }
            catch (Exception exception)
            {
                _onBug(exception);
            }
        }
    }

    private void RunTurnEnds()
    {
        // A flush may make others dirty (a watermark lets a peer go on), so until nothing is left; each step moves bytes.
        while (_turnEnds.Count > 0)
        {
            (_turnEnds, _turnEndsRunning) = (_turnEndsRunning, _turnEnds);
            foreach (Entry<ITurnEnd> entry in _turnEndsRunning)
            {
                try
                {
                    entry.Item.OnTurnEnd();
                }
                catch (Exception exception)
                {
                    ReportBug(exception, entry.Item);
                }
            }
            _turnEndsRunning.Clear();
        }
    }

    /// <summary>A struct around the reference: an array of interfaces checks the type of everything that is stored.</summary>
    private readonly record struct Entry<T>(T Item);
}
