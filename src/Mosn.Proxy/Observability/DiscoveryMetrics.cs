namespace Mosn.Proxy.Observability;

/// <summary>What finding the hosts of a cluster by name does (label <c>cluster</c>). Ours: MOSN has none.</summary>
public static class DiscoveryMetrics
{
    /// <summary>Has every <see cref="DiscoveryMetric"/>.</summary>
    public static MetricSchema Schema { get; } = new("discovery",
    [
        new("resolution_total", MetricKind.Counter, "Names resolved, or tried to."),
        new("resolution_failed", MetricKind.Counter, "Names that could not be resolved; their hosts stayed."),
        new("hosts_changed", MetricKind.Counter, "Changes of the cluster's hosts."),
    ]);
}
