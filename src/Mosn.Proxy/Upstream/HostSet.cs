namespace Mosn.Proxy.Upstream;

/// <summary>A cluster's hosts at one moment. Immutable: a change makes another.</summary>
internal sealed class HostSet
{
    private readonly Host[] _all;
    private readonly Host[] _healthy;

    /// <summary>As they were when the set was made, because a host's own may change; null: all the same.</summary>
    private readonly byte[]? _weights;

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
        _weights = Array.TrueForAll(hosts, host => host.Weight == hosts[0].Weight)
            ? null
            : Array.ConvertAll(hosts, static host => (byte)host.Weight);
        PanicPercent = panicPercent;
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

    /// <summary>The bound below which the set panics.</summary>
    public int PanicPercent { get; }

    /// <summary>True if no host is worth more than another.</summary>
    public bool HasEqualWeights => _weights is null;

    /// <summary>What the cluster's balancer made of this set; null if it makes nothing. Set before the set is used.</summary>
    public object? Prepared { get; internal set; }

    /// <summary>The set that a balancer's <see cref="Prepared"/> part holds: its own, with the same hosts as this one.</summary>
    public HostSet Copy() => new(_all, PanicPercent);

    /// <summary>The weight of one of <see cref="All"/>: 1 to 128, or 1 if all are equal.</summary>
    public int WeightAt(int index) => _weights?[index] ?? 1;

    /// <summary>True if the other set has the same hosts with the same weights in the same order; health may differ.</summary>
    public bool HasSameMembers(HostSet other) =>
        All.SequenceEqual(other.All) && _weights.AsSpan().SequenceEqual(other._weights);

    /// <summary>True if nothing that a balancer looks at differs.</summary>
    public bool IsSame(HostSet other) =>
        IsPanicking == other.IsPanicking && PanicPercent == other.PanicPercent && HasSameMembers(other)
        && Healthy.SequenceEqual(other.Healthy);
}
