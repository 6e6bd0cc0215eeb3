namespace Mosn.Proxy.Observability;

/// <summary>
/// The one thread that writes all logs. Loops and control tasks leave their lines in bounded queues and never
/// wait for it. While lines come in it looks every 100 ms, and sooner when a quarter of a ring is full; after a quiet
/// second it sleeps until somebody wakes it.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_sleepMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _turn = new();
    private readonly Lock _members = new(); // Not the turn: opening a log must not wait for a disk.
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly MetricGroup _self;
    private readonly ErrorLogQueue _errors;
    private readonly int _idleRoundsMax;
    private volatile LogFile[] _files = [];
    private volatile AccessLogSink[] _sinks = [];
    private volatile bool _isAsleep;
    private volatile bool _isClosing;
    private Thread? _thread;

    /// <param name="self">Counts what is dropped and what fails.</param>
    /// <param name="idleRoundsMax">How many looks, 100 ms apart, find nothing before the thread goes to sleep.</param>
    public LogWriter(MetricGroup self, int idleRoundsMax = 10)
    {
        _idleRoundsMax = idleRoundsMax;
        _self = self;
        _errors = new ErrorLogQueue(self);
    }

    /// <summary>Starts the thread. Without it, <see cref="DrainOnce"/> is called by hand: tests do.</summary>
    public void Start()
    {
        Check.That(_thread is null);
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "log-writer" };
        _thread.Start();
    }

    /// <summary>
    /// Writes all that was committed before the call, by any thread. Returns the number of bytes; 0 means that there
    /// was nothing.
    /// </summary>
    public long DrainOnce()
    {
        lock (_turn)
        {
            return DrainInTurn();
        }
    }

    /// <summary>
    /// As <see cref="DrainOnce"/>, but gives up after <paramref name="timeout"/> if the writer is stuck in a write. For
    /// the last words of a process.
    /// </summary>
    public bool TryFlush(TimeSpan timeout)
    {
        if (!_turn.TryEnter(timeout))
        {
            return false;
        }
        try
        {
            DrainInTurn();
            return true;
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>Writes what is left, for at most about two seconds each, and closes the outputs.</summary>
    public void Dispose()
    {
        _isClosing = true;
        Wake();
        if (_thread?.Join(s_closeTimeout) == false || !TryFlush(s_closeTimeout))
        {
            return; // The thread hangs in a write; the process ends without it.
        }
        foreach (LogFile file in _files)
        {
            file.Close();
        }
        _wake.Dispose();
    }

    /// <summary>True if a line must call <see cref="Wake"/> to be seen soon.</summary>
    internal bool IsAsleep => _isAsleep;

    /// <summary>Whether somebody asked the thread to look at its queues since it last did.</summary>
    internal bool IsWoken => _wake.IsSet;

    /// <summary>Makes the thread look at its queues. Any thread; costs a system call at most.</summary>
    internal void Wake()
    {
        if (!_wake.IsSet)
        {
            _wake.Set();
        }
    }

    internal void Add(LogFile file)
    {
        lock (_members)
        {
            _files = [.. _files, file];
        }
    }

    internal void Add(AccessLogSink sink)
    {
        lock (_members)
        {
            _sinks = [.. _sinks, sink];
        }
    }

    /// <summary>Queues one line of an error log, with its line end. False if the queue is full.</summary>
    internal bool TryEnqueue(LogFile file, byte[] line)
    {
        bool queued = _errors.TryEnqueue(file, line);
        Wake();
        return queued;
    }

    private long DrainInTurn()
    {
        long written = _errors.Drain();
        foreach (AccessLogSink sink in _sinks)
        {
            written += sink.Drain();
        }
        foreach (LogFile file in _files)
        {
            file.Tick();
        }
        return written;
    }

    private void Run()
    {
        int idleRounds = 0;
        while (!_isClosing)
        {
            _wake.Reset(); // Before looking: whoever wakes us from here on has left something that we see now or next.
            idleRounds = DrainAndSurvive() > 0 ? 0 : idleRounds + 1;
            if (idleRounds < _idleRoundsMax)
            {
                _wake.Wait(s_pollInterval);
                continue;
            }
            SleepUntilWoken();
            idleRounds = 0;
        }
    }

    // A loop commits a line and then reads the flag, we set the flag and then look for lines. Both sides need a full
    // fence between the two; ours is made to count for all threads, so that a loop's line costs none.
    private void SleepUntilWoken()
    {
        _isAsleep = true;
        Interlocked.MemoryBarrierProcessWide();
        if (_sinks.All(static sink => sink.IsEmpty))
        {
            _wake.Wait(s_sleepMax);
        }
        _isAsleep = false;
    }

    private long DrainAndSurvive()
    {
        try
        {
            return DrainOnce();
        }
        catch (Exception)
        {
            // This is the boundary of a thread that must not end: nobody could say so, with the logs gone.
            _self.AddShared(SelfMetric.BugsTotal);
            return 0;
        }
    }
}
