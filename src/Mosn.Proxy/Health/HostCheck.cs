using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>
/// The active checks of one host: waits, probes, counts, waits. It is its own timer, which ends the wait or, while a probe
/// runs, the probe. Belongs to the home loop of the cluster.
/// </summary>
internal sealed class HostCheck(ClusterChecks cluster, Host host) : LoopTimer
{
    private HealthProbe? _probe;
    private uint _good;
    private uint _bad;
    private bool _waitsForTurn;

    public Host Host => host;

    /// <summary>The verdict of the checks so far; a new host is healthy.</summary>
    public bool IsHealthy { get; private set; } = true;

    /// <summary>Marks of <see cref="CheckQuota"/>: the host had failed when the check under way began.</summary>
    public bool BeganFailed { get; set; }

    /// <summary>Marks of <see cref="ClusterChecks"/>: the host was in the last set that it saw.</summary>
    public int SeenIn { get; set; }

    /// <summary>Sets when the next check begins. One that runs is dropped uncounted.</summary>
    public void StartAt(long atMs)
    {
        _waitsForTurn = false;
        AbandonProbe();
        cluster.Home.Timers.Set(this, atMs);
    }

    /// <summary>The host, or its cluster, is gone.</summary>
    public void Stop()
    {
        _waitsForTurn = false;
        AbandonProbe();
        cluster.Home.Timers.Remove(this);
    }

    /// <summary>Requests found it dead: it is failed now, and the next good check is enough to clear it.</summary>
    public void FailAtOnce()
    {
        if (!IsHealthy)
        {
            return;
        }
        IsHealthy = false;
        _bad = 0;
        _good = cluster.Settings.HealthyThreshold - 1;
        cluster.OnPassiveFailure(this);
    }

    public void OnProbeEnded(HealthProbe probe, bool passed)
    {
        Check.That(probe == _probe); // One that was abandoned tells nothing.
        Conclude(passed ? CheckResult.Passed : CheckResult.Failed);
    }

    /// <summary>It had to wait for others, and now may begin.</summary>
    public void OnTurn()
    {
        if (_waitsForTurn)
        {
            _waitsForTurn = false;
            StartProbe();
        }
    }

    protected override void OnTimer()
    {
        if (_probe is null)
        {
            StartProbe();
        }
        else
        {
            CheckResult result = _probe.Passed switch
            {
                null => CheckResult.TimedOut,
                true => CheckResult.Passed,
                false => CheckResult.Failed,
            };
            AbandonProbe(givesBack: false);
            Conclude(result);
        }
    }

    private void StartProbe()
    {
        if (!cluster.Quota.TryBegin(this))
        {
            _waitsForTurn = true;
            return;
        }
        cluster.OnProbeBegins();
        cluster.Home.Timers.Set(this, cluster.Home.NowMs + cluster.Settings.TimeoutMs);
        HealthProbe probe = cluster.Settings.MakeProbe(this, cluster.Home, cluster.Quota);
        _probe = probe;
        probe.Start();
    }

    private void Conclude(CheckResult result)
    {
        _probe = null;
        cluster.Quota.End(this);
        bool changed = result == CheckResult.Passed ? CountGood() : CountBad();
        cluster.Home.Timers.Set(this, cluster.Home.NowMs + cluster.NextDelayMs(IsHealthy));
        cluster.OnChecked(this, result, changed);
    }

    private bool CountGood()
    {
        _bad = 0;
        if (IsHealthy || ++_good < cluster.Settings.HealthyThreshold)
        {
            return false;
        }
        _good = 0;
        IsHealthy = true;
        return true;
    }

    private bool CountBad()
    {
        _good = 0;
        if (!IsHealthy || ++_bad < cluster.Settings.UnhealthyThreshold)
        {
            return false;
        }
        _bad = 0;
        IsHealthy = false;
        return true;
    }

    private void AbandonProbe(bool givesBack = true)
    {
        if (_probe is not { } probe)
        {
            return;
        }
        _probe = null;
        probe.Abandon();
        if (givesBack)
        {
            cluster.Quota.End(this);
        }
    }
}
