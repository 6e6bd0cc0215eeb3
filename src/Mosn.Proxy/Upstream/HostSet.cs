namespace Mosn.Proxy.Upstream;

/// <summary>A cluster's hosts at one moment. Immutable: a change makes another.</summary>
internal sealed class HostSet
{
    private readonly Host[] _all;
    private readonly Host[] _healthy;

    /// <param name="hosts">In the order of the configuration, each once. Not to be changed afterwards.</param>
    /// <param name="panicPercent">
    /// When fewer of a hundred hosts than this are healthy, all of them are used: the few would fall under the load of
    /// all, and the checks are more likely wrong than right. 0: never.
    /// </param>
    public HostSet(Host[] hosts, int panicPercent = 0)
    {
        _all = hosts;
        _healthy = Array.TrueForAll(hosts, static host => host.Health == HostHealth.Healthy)
            ? hosts
            : Array.FindAll(hosts, static host => host.Health == HostHealth.Healthy);
        IsPanicking = 100L * _healthy.Length < (long)panicPercent * hosts.Length;
    }

    public static HostSet Empty { get; } = new([]);

    public ReadOnlySpan<Host> All => _all;

    /// <summary>Those that pass their checks, in the same order.</summary>
    public ReadOnlySpan<Host> Healthy => _healthy;

    /// <summary>Those that may get requests, in the same order: the healthy ones, or all in a panic.</summary>
    public ReadOnlySpan<Host> Usable => IsPanicking ? _all : _healthy;

    /// <summary>True if so few hosts are healthy that health is not looked at.</summary>
    public bool IsPanicking { get; }

    /// <summary>What the cluster's balancer made of this set; null if it makes nothing. Set before the set is used.</summary>
    public object? Prepared { get; internal set; }
}
