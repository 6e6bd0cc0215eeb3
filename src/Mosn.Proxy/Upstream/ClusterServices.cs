using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Upstream;

/// <summary>What all clusters of a process share. Immutable.</summary>
internal sealed record ClusterServices
{
    /// <summary>All counters.</summary>
    public required MetricRegistry Registry { get; init; }

    /// <summary>The balancers that a configuration may name.</summary>
    public required LoadBalancerRegistry Balancers { get; init; }

    /// <summary>The protocols that are spoken to hosts.</summary>
    public required UpstreamProtocols Protocols { get; init; }

    /// <summary>Told of every change, in this order.</summary>
    public IReadOnlyList<IClusterWatcher> Watchers { get; init; } = [];

    /// <summary>Its timestamps are the loops' clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The zone of this process, for balancers that are made from then on; empty if nobody said.</summary>
    public Published<string> LocalZone { get; } = new("");

    /// <summary>Decides whatever is drawn.</summary>
    public ulong Seed { get; init; }
}
