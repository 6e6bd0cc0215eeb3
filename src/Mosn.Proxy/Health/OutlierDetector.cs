using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// Takes hosts of one cluster out of use because of what their requests brought, and lets them back after a while that
/// grows with each time. Tries are counted on every loop; everything else happens on the cluster's home loop, whose timer
/// this is. <see cref="Apply"/> and <see cref="Stop"/> may be called by any thread.
/// </summary>
internal sealed class OutlierDetector : LoopTimer, ITryObserver
{
    private readonly Cluster _cluster;
    private readonly EventLoop _home;
    private readonly HealthUpdates _updates;
    private readonly HealthServices _services;
    private readonly SharedMetrics _allMetrics;
    private readonly List<Ejection> _ejected = [];
    private OutlierSettings _settings;
    private MetricGroup? _metrics;
    private HealthEventLog? _log;
    private SplitMix64 _random;
    private long _lookAtMs;
    private long _windowEndMs = Never;
    private bool _isStarted;
    private bool _isStopped;

    public OutlierDetector(
        Cluster cluster,
        EventLoop home,
        OutlierSettings settings,
        HealthUpdates updates,
        SharedMetrics metrics,
        HealthServices services,
        ulong seed)
    {
        _cluster = cluster;
        _home = home;
        _settings = settings;
        _updates = updates;
        _allMetrics = metrics;
        _services = services;
        _random = new SplitMix64(seed);
    }

    private readonly record struct Ejection(Host Host, OutlierKind Kind, long UntilMs);

    private OutlierSettings Settings => Volatile.Read(ref _settings);

    /// <summary>Made by the first outlier.</summary>
    private MetricGroup Metrics => _metrics ??= _allMetrics.Acquire(_cluster.Name);

    /// <summary>The cluster's hosts or settings are other ones now, or it is new. Any thread.</summary>
    public void Apply(OutlierSettings settings)
    {
        Volatile.Write(ref _settings, settings);
        _home.Post(static detector => ((OutlierDetector)detector!).LookAgain(), this);
    }

    /// <summary>Lets all hosts back and forgets them. Any thread; completes on the loop.</summary>
    public void Stop() => _home.Post(static detector => ((OutlierDetector)detector!).ReturnAll(), this);

    public void OnTry(Host host, EventLoop loop, in TryOutcome outcome)
    {
        HostWatch watch = HostWatch.Of(host);
        OutlierSettings settings = Settings;
        bool isAnswer = outcome.Result == TryResult.Answered;
        bool isLocal = !isAnswer && settings.SplitsLocalFailures;
        watch.Tries.Add(loop.Index, outcome.IsFailure && !isLocal, settings.Rule?.IsException(StatusOf(outcome)) == true);
        if (isLocal)
        {
            if (watch.LocalFailures.Grow(settings.ConsecutiveLocalOriginFailure))
            {
                Detect(host, OutlierKind.ConsecutiveLocalOriginFailure);
            }
            return;
        }
        if (isAnswer)
        {
            watch.LocalFailures.End();
        }
        CountAnswer(host, watch, settings, isAnswer ? outcome.Status : 503);
    }

    protected override void OnTimer()
    {
        if (_isStopped)
        {
            return;
        }
        long now = _home.NowMs;
        for (int i = _ejected.Count - 1; i >= 0; i--)
        {
            if (_ejected[i].UntilMs <= now)
            {
                Return(i);
            }
        }
        if (_lookAtMs <= now)
        {
            _lookAtMs = now + Settings.IntervalMs;
            LookAtRates();
        }
        if (_windowEndMs <= now && Settings.Rule is { } rule)
        {
            _windowEndMs = now + rule.WindowMs;
            LookAtWindow(rule);
        }
        Arm();
    }

    /// <summary>The status that a client gets for it.</summary>
    private static int StatusOf(in TryOutcome outcome) => outcome.Result switch
    {
        TryResult.Answered => outcome.Status,
        TryResult.TimedOut => 504,
        _ => 502,
    };

    private void CountAnswer(Host host, HostWatch watch, OutlierSettings settings, int status)
    {
        if (status < 500)
        {
            watch.ServerErrors.End();
            watch.GatewayFailures.End();
            return;
        }
        if (status is 502 or 503 or 504)
        {
            if (watch.GatewayFailures.Grow(settings.ConsecutiveGatewayFailure))
            {
                Detect(host, OutlierKind.ConsecutiveGatewayFailure);
            }
        }
        else
        {
            watch.GatewayFailures.End();
        }
        if (watch.ServerErrors.Grow(settings.Consecutive5xx))
        {
            Detect(host, OutlierKind.Consecutive5xx);
        }
    }

    private void Detect(Host host, OutlierKind kind) => _home.Post(_ => Eject(host, kind), null);

    private void LookAgain()
    {
        if (_isStopped)
        {
            return;
        }
        if (!_isStarted)
        {
            _isStarted = true;
            _lookAtMs = _home.NowMs + Settings.IntervalMs;
        }
        _lookAtMs = Math.Min(_lookAtMs, _home.NowMs + Settings.IntervalMs);
        _windowEndMs = Settings.Rule is { } rule ? Math.Min(_windowEndMs, _home.NowMs + rule.WindowMs) : Never;
        if (_log?.Path != Settings.EventLogPath)
        {
            _log = new HealthEventLog(Settings.EventLogPath, _home, _services);
        }
        if (_ejected.Count > 0)
        {
            HashSet<Host> hosts = [.. _cluster.Current.Hosts.All];
            int gone = _ejected.RemoveAll(ejection => !hosts.Contains(ejection.Host));
            Count(OutlierMetrics.EjectionsActive, -gone);
        }
        Arm();
    }

    private void Arm()
    {
        long next = Math.Min(_lookAtMs, _windowEndMs);
        foreach (Ejection ejection in _ejected)
        {
            next = Math.Min(next, ejection.UntilMs);
        }
        _home.Timers.Set(this, next);
    }

    private void LookAtRates()
    {
        OutlierRates rates = new();
        foreach (Host host in _cluster.Current.Hosts.All)
        {
            if (HostWatch.Find(host) is not { } watch)
            {
                continue;
            }
            TryTotals totals = watch.Tries.Sum();
            TryTotals fresh = totals.Since(watch.TriesSeen);
            watch.TriesSeen = totals;
            if (!IsEjected(watch))
            {
                rates.Add(host, fresh.Total, fresh.Failed);
                Forgive(watch);
            }
        }
        foreach (Host host in rates.LowSuccess(Settings))
        {
            Eject(host, OutlierKind.SuccessRate);
        }
        foreach (Host host in rates.ManyFailures(Settings))
        {
            Eject(host, OutlierKind.FailurePercentage);
        }
    }

    /// <summary>
    /// The rule of MOSN's fault_tolerance: a host is out if its rate of exceptions is so many times the average of all hosts
    /// that had enough requests. While none had, the window goes on.
    /// </summary>
    private void LookAtWindow(FaultToleranceRule rule)
    {
        List<(Host Host, TryTotals Fresh)> counted = [];
        List<HostWatch> all = [];
        foreach (Host host in _cluster.Current.Hosts.All)
        {
            if (HostWatch.Find(host) is not { } watch)
            {
                continue;
            }
            all.Add(watch);
            TryTotals fresh = watch.Tries.Sum().Since(watch.WindowStart);
            if (host.Health == HostHealth.Healthy && !IsEjected(watch) && fresh.Total >= rule.LeastCount)
            {
                counted.Add((host, fresh));
            }
        }
        if (counted.Count == 0)
        {
            return;
        }
        foreach (HostWatch watch in all)
        {
            watch.WindowStart = watch.Tries.Sum();
        }
        double average =
            (double)counted.Sum(static host => host.Fresh.Exceptions) / counted.Sum(static host => host.Fresh.Total);
        foreach ((Host host, TryTotals fresh) in counted.OrderByDescending(static host => RateOf(host.Fresh)))
        {
            if (fresh.Exceptions > 0 && RateOf(fresh) >= rule.Multiple * average)
            {
                Eject(host, OutlierKind.ExceptionRate);
            }
        }
    }

    private static double RateOf(in TryTotals totals) => (double)totals.Exceptions / totals.Total;

    /// <summary>A host that has been in use for an interval counts one ejection less.</summary>
    private void Forgive(HostWatch watch)
    {
        if (watch.EjectionLevel > 0 && _home.NowMs - watch.ReturnedAtMs >= Settings.IntervalMs)
        {
            watch.EjectionLevel--;
        }
    }

    private static bool IsEjected(HostWatch watch) => watch.EjectedUntilUtcTicks != 0;

    private void Eject(Host host, OutlierKind kind)
    {
        ReadOnlySpan<Host> hosts = _cluster.Current.Hosts.All;
        HostWatch watch = HostWatch.Of(host);
        if (_isStopped || IsEjected(watch) || !hosts.Contains(host))
        {
            return;
        }
        OutlierSettings settings = Settings;
        if (kind == OutlierKind.ExceptionRate && settings.Rule is null)
        {
            return; // Taken away since.
        }
        Count(OutlierMetrics.Detected(kind), 1);
        if (_random.NextBelow(100) >= settings.Enforcing(kind))
        {
            _log?.Outlier(host, OutlierMetrics.NameOf(kind), enforced: false, durationMs: 0);
            return;
        }
        if (_ejected.Count >= settings.EjectedMax(kind, hosts.Length) || !HasAnother(hosts, host))
        {
            Count(OutlierMetrics.EjectionsOverflow, 1);
            _log?.Outlier(host, OutlierMetrics.NameOf(kind), enforced: false, durationMs: 0);
            return;
        }
        watch.EjectionLevel++;
        long durationMs = settings.EjectionMs(kind, watch.EjectionLevel);
        watch.EjectedUntilUtcTicks = _home.TurnUtcTicks + (durationMs * TimeSpan.TicksPerMillisecond);
        _ejected.Add(new Ejection(host, kind, _home.NowMs + durationMs));
        _updates.Set(host, HostHealth.FailedOutlierCheck, failed: true);
        Count(OutlierMetrics.EjectionsActive, 1);
        Count(OutlierMetrics.EjectionsEnforcedTotal, 1);
        Count(OutlierMetrics.Enforced(kind), 1);
        _log?.Outlier(host, OutlierMetrics.NameOf(kind), enforced: true, durationMs);
        Arm();
    }

    /// <summary>Whether a healthy host would be left: a bad answer is better than none.</summary>
    private static bool HasAnother(ReadOnlySpan<Host> hosts, Host host)
    {
        foreach (Host other in hosts)
        {
            bool isEjected = HostWatch.Find(other) is { } watch && IsEjected(watch);
            if (other != host && other.Health == HostHealth.Healthy && !isEjected)
            {
                return true;
            }
        }
        return false;
    }

    private void Return(int index)
    {
        (Host host, OutlierKind kind, _) = _ejected[index];
        _ejected.RemoveAt(index);
        HostWatch watch = HostWatch.Of(host);
        watch.EjectedUntilUtcTicks = 0;
        watch.ReturnedAtMs = _home.NowMs;
        watch.WindowStart = watch.Tries.Sum();
        watch.ServerErrors.End();
        watch.GatewayFailures.End();
        watch.LocalFailures.End();
        _updates.Set(host, HostHealth.FailedOutlierCheck, failed: false);
        Count(OutlierMetrics.EjectionsActive, -1);
        _log?.Returned(host, OutlierMetrics.NameOf(kind));
    }

    private void ReturnAll()
    {
        if (_isStopped)
        {
            return;
        }
        while (_ejected.Count > 0)
        {
            Return(_ejected.Count - 1);
        }
        _isStopped = true;
        _home.Timers.Remove(this);
        if (_metrics is not null)
        {
            _allMetrics.Release(_cluster.Name);
        }
    }

    private void Count(int metric, long delta) => Metrics.Add(_home.Index, metric, delta);
}
