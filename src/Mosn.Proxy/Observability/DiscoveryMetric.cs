namespace Mosn.Proxy.Observability;

/// <summary>Index into <see cref="DiscoveryMetrics.Schema"/>.</summary>
public enum DiscoveryMetric
{
    ResolutionTotal,
    ResolutionFailed,
    HostsChanged,
}
