using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Which methods have counters of their own: the first so many, of all loops together. And how a call is counted.
/// </summary>
/// <typeparam name="TCall">What is to be known of a call that is over.</typeparam>
/// <param name="methodsMax">Methods that get counters of their own.</param>
internal abstract class MethodMetrics<TCall>(int methodsMax)
    where TCall : struct
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Counters of all methods that have none of their own.</summary>
    public abstract MetricGroup Others { get; }

    /// <summary>The counters of a method. Takes a lock, so loops do not call it, but have it called beside them.</summary>
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
        return GetOrAdd(method);
    }

    /// <summary>Counts a call. On the loop of that number.</summary>
    public abstract void Count(MetricGroup counters, int loop, in TCall call);

    /// <summary>The group with the labels of that method.</summary>
    protected abstract MetricGroup GetOrAdd(string method);
}
