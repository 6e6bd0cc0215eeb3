using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// The active checks of one cluster. They run on one loop, the cluster's home: no thread and no wait for each host. Members
/// belong to that loop, but for <see cref="Apply"/>, <see cref="Stop"/> and what a try calls.
/// </summary>
internal sealed class ClusterChecks : ITryObserver
{
    private readonly Cluster _cluster;
    private readonly HealthServices _services;
    private readonly SharedMetrics _allMetrics;
    private readonly HealthUpdates _updates;
    private readonly Dictionary<Host, HostCheck> _checks = [];
    private readonly LoopLocal<CheckQuota> _quotas;
    private CheckSettings _settings;
    private CheckSettings? _applied;
    private CheckQuota? _quota;
    private HealthCallback[] _callbacks = [];
    private MetricGroup _metrics = null!;
    private HealthEventLog _log = null!;
    private SplitMix64 _random;
    private int _hostSetsSeen;
    private int _lookIsPosted;
    private bool _isStopped;

    /// <param name="quotas">Shared by the checks of all clusters.</param>
    public ClusterChecks(
        Cluster cluster,
        EventLoop home,
        CheckSettings settings,
        HealthUpdates updates,
        SharedMetrics metrics,
        LoopLocal<CheckQuota> quotas,
        HealthServices services,
        ulong seed)
    {
        _cluster = cluster;
        Home = home;
        _settings = settings;
        _updates = updates;
        _allMetrics = metrics;
        _quotas = quotas;
        _services = services;
        _random = new SplitMix64(seed);
    }

    /// <summary>The loop on which the checks run.</summary>
    public EventLoop Home { get; }

    /// <summary>Any thread.</summary>
    public CheckSettings Settings => Volatile.Read(ref _settings);

    public CheckQuota Quota => _quota ??= _quotas.On(Home);

    /// <summary>The cluster's hosts or settings are other ones now, or it is new. Any thread.</summary>
    public void Apply(CheckSettings settings)
    {
        Volatile.Write(ref _settings, settings);
        if (Interlocked.Exchange(ref _lookIsPosted, 1) == 0)
        {
            Home.Post(static checks => ((ClusterChecks)checks!).LookAgain(), this);
        }
    }

    /// <summary>Ends all checks and takes their verdicts back. Any thread; completes on the loop.</summary>
    public void Stop() => Home.Post(static checks => ((ClusterChecks)checks!).StopAll(), this);

    public void OnTry(Host host, EventLoop loop, in TryOutcome outcome)
    {
        switch (outcome.Result)
        {
            case TryResult.Answered:
                HostWatch.Find(host)?.LostConnections.End();
                break;
            case TryResult.ConnectFailed or TryResult.Broken:
                if (HostWatch.Of(host).LostConnections.Grow(Settings.PassiveFailures))
                {
                    Home.Post(_ => _checks.GetValueOrDefault(host)?.FailAtOnce(), null);
                }
                break;
        }
    }

    /// <summary>A check of a host begins.</summary>
    public void OnProbeBegins() => _metrics.Add(Home.Index, (int)CheckMetric.Attempt, 1);

    /// <summary>A check ended, and the next one is set.</summary>
    public void OnChecked(HostCheck check, CheckResult result, bool changed)
    {
        bool passed = result == CheckResult.Passed;
        Count(passed ? CheckMetric.Success : CheckMetric.Failure);
        if (!passed)
        {
            Count(result == CheckResult.TimedOut ? CheckMetric.NetworkFailure : CheckMetric.ActiveFailure);
        }
        HostWatch watch = HostWatch.Of(check.Host);
        watch.LastCheck = result;
        watch.LastCheckUtcTicks = Home.TurnUtcTicks;
        Tell(check, passed, changed);
    }

    /// <summary>A host failed because of its requests.</summary>
    public void OnPassiveFailure(HostCheck check)
    {
        Count(CheckMetric.PassiveFailure);
        Tell(check, passed: false, changed: true);
    }

    /// <summary>Milliseconds from one check to the next.</summary>
    public long NextDelayMs(bool isHealthy) =>
        (isHealthy ? Settings.IntervalMs : Settings.UnhealthyIntervalMs) + Draw(Settings.JitterMs);

    private long Draw(uint below) => below == 0 ? 0 : _random.NextBelow(below);

    private void Count(CheckMetric metric, long delta = 1) => _metrics.Add(Home.Index, (int)metric, delta);

    private void Tell(HostCheck check, bool passed, bool changed)
    {
        if (changed)
        {
            Count(CheckMetric.Healthy, check.IsHealthy ? 1 : -1);
            _updates.Set(check.Host, HostHealth.FailedActiveCheck, failed: !check.IsHealthy);
        }
        _log.Checked(check.Host, check.IsHealthy, passed, changed);
        foreach (HealthCallback callback in _callbacks)
        {
            callback(check.Host, changed, passed);
        }
    }

    private void LookAgain()
    {
        Interlocked.Exchange(ref _lookIsPosted, 0); // Before looking: what changes from here on is posted anew.
        if (_isStopped)
        {
            return;
        }
        bool isOther = _applied is not null && _applied.Identity != Settings.Identity;
        UseSettings();
        int seen = ++_hostSetsSeen;
        foreach (Host host in _cluster.Current.Hosts.All)
        {
            if (!_checks.TryGetValue(host, out HostCheck? check))
            {
                check = new HostCheck(this, host);
                _checks.Add(host, check);
                Count(CheckMetric.Healthy);
                check.StartAt(Home.NowMs + Settings.InitialDelayMs + FirstOffsetMs());
            }
            else if (isOther)
            {
                // What was counted stays; the next check comes by the new rules, and soon.
                check.StartAt(Home.NowMs + FirstOffsetMs());
            }
            check.SeenIn = seen;
        }
        foreach ((Host host, HostCheck check) in _checks)
        {
            if (check.SeenIn != seen)
            {
                Remove(check);
                _checks.Remove(host);
            }
        }
    }

    /// <summary>Spreads first checks, but over no more than an interval.</summary>
    private long FirstOffsetMs()
    {
        long offsetMs = Quota.NextOffsetMs(Home.NowMs);
        return offsetMs < Settings.IntervalMs ? offsetMs : Draw((uint)Settings.IntervalMs);
    }

    private void UseSettings()
    {
        CheckSettings settings = Settings;
        if (_applied?.ServiceName != settings.ServiceName)
        {
            MetricGroup metrics = _allMetrics.Acquire(settings.ServiceName);
            long healthy = _checks.Values.Count(static check => check.IsHealthy);
            metrics.Add(Home.Index, (int)CheckMetric.Healthy, healthy);
            ReleaseMetrics(healthy);
            _metrics = metrics;
        }
        if (_applied?.EventLogPath != settings.EventLogPath)
        {
            _log = new HealthEventLog(settings.EventLogPath, Home, _services);
        }
        _callbacks = _services.Callbacks.Find(settings.Callbacks);
        _applied = settings;
    }

    private void Remove(HostCheck check)
    {
        check.Stop();
        if (check.IsHealthy)
        {
            Count(CheckMetric.Healthy, -1);
        }
    }

    private void StopAll()
    {
        if (_isStopped)
        {
            return;
        }
        _isStopped = true;
        foreach (HostCheck check in _checks.Values)
        {
            check.Stop();
            if (!check.IsHealthy)
            {
                _updates.Set(check.Host, HostHealth.FailedActiveCheck, failed: false);
            }
        }
        ReleaseMetrics(_checks.Values.Count(static check => check.IsHealthy));
        _checks.Clear();
    }

    private void ReleaseMetrics(long healthy)
    {
        if (_applied is { } applied)
        {
            Count(CheckMetric.Healthy, -healthy);
            _allMetrics.Release(applied.ServiceName);
        }
    }
}
