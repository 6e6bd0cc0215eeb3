using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Health;

/// <summary>How the last active check of a host ended.</summary>
internal enum CheckResult : byte
{
    /// <summary>There was none yet.</summary>
    None,

    /// <summary>All was as it must be.</summary>
    Passed,

    /// <summary>The connection was refused or broke, or the answer was not the expected one.</summary>
    Failed,

    /// <summary>Nothing came in time.</summary>
    TimedOut,
}

/// <summary>
/// What is known of one host's health beyond its flags. Lives as long as the host, and so over updates; made by the first
/// check or try, so that a host without either costs nothing. Streaks and tries are counted on all loops; everything else
/// is written by the cluster's home loop, and read by anybody for display.
/// </summary>
internal sealed class HostWatch
{
    /// <summary>Answers of 500 and above in a row.</summary>
    public Streak ServerErrors;

    /// <summary>Answers of 502, 503 and 504 in a row.</summary>
    public Streak GatewayFailures;

    /// <summary>Tries without an answer in a row.</summary>
    public Streak LocalFailures;

    /// <summary>Tries in a row that found no connection or lost it.</summary>
    public Streak LostConnections;

    /// <summary>What was counted when rates were last looked at.</summary>
    public TryTotals TriesSeen;

    /// <summary>What was counted at the start of the window of fault_tolerance.</summary>
    public TryTotals WindowStart;

    private long _ejectedUntilUtcTicks;
    private long _lastCheckUtcTicks;

    private HostWatch(int loopCount) => Tries = new TryCounts(loopCount);

    public TryCounts Tries { get; }

    /// <summary>Grows with each ejection and shrinks while the host does well; the time of the next one is a multiple of it.</summary>
    public int EjectionLevel { get; set; }

    /// <summary>When the host came back, on the home loop's clock; 0: it was never away.</summary>
    public long ReturnedAtMs { get; set; }

    /// <summary>UTC ticks; 0 while the host is not ejected.</summary>
    public long EjectedUntilUtcTicks
    {
        get => Volatile.Read(ref _ejectedUntilUtcTicks);
        set => Volatile.Write(ref _ejectedUntilUtcTicks, value);
    }

    /// <summary>UTC ticks of the end of the last active check.</summary>
    public long LastCheckUtcTicks
    {
        get => Volatile.Read(ref _lastCheckUtcTicks);
        set => Volatile.Write(ref _lastCheckUtcTicks, value);
    }

    public CheckResult LastCheck { get; set; }

    /// <summary>What is known; null: nothing.</summary>
    public static HostWatch? Find(Host host) => host.Watch as HostWatch;

    /// <summary>The host's, made if need be. Any thread.</summary>
    public static HostWatch Of(Host host) =>
        host.Watch as HostWatch ?? (HostWatch)host.SetWatch(new HostWatch(host.Cluster.Registry.LoopCount));
}
