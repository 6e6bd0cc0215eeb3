using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Which methods have counters of their own: the first so many, of all loops together. Takes a lock, so loops do not call
/// it, but have it called beside them.
/// </summary>
internal sealed class GrpcMethods(MetricRegistry metrics, int methodsMax)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Counters of all methods that have none of their own.</summary>
    public MetricGroup Others { get; } = metrics.GetOrAdd(GrpcMetrics.Schema, ("service", "other"));

    public MetricGroup Of(string method)
    {
        lock (_lock)
        {
            if (!_known.Contains(method) && _known.Count >= methodsMax)
            {
                return Others;
            }
            _known.Add(method);
        }
        return metrics.GetOrAdd(GrpcMetrics.Schema, ("service", method));
    }
}
