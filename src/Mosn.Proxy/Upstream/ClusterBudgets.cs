using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// The bounds of one cluster over all loops, for the requests of one priority (MOSN: circuit breakers, the resource
/// manager). What is taken stays taken when an update changes the bounds.
/// </summary>
internal sealed class ClusterBudgets
{
    /// <summary>How many priorities there are.</summary>
    public const int PriorityCount = 2;

    private volatile CircuitBreakerConfig _bounds = new();
    private long _pausing;

    public ClusterBudgets() => Share = new ConnectionShare(Connections);

    /// <summary>Connections to all hosts.</summary>
    public ResourceBudget Connections { get; } = new();

    /// <summary>Requests that wait for a connection.</summary>
    public ResourceBudget PendingRequests { get; } = new();

    /// <summary>Requests that are with a host or wait for a connection.</summary>
    public ResourceBudget Requests { get; } = new();

    /// <summary>Who gets the next connection, while there are no more.</summary>
    public ConnectionShare Share { get; }

    /// <summary>Tries after the first that are under way.</summary>
    public ResourceBudget Retries { get; } = new();

    /// <summary>
    /// Leave for one more try, to be given back when that try is over. Without a fixed number it is a share of the requests
    /// that are under way, so that retries cannot multiply the load on a cluster that is failing: those with a host, those
    /// that wait to be tried again, and the one that asks.
    /// </summary>
    /// <param name="activeRequests">Requests with the cluster's hosts now.</param>
    public BudgetTake TryTakeRetry(long activeRequests)
    {
        CircuitBreakerConfig bounds = _bounds;
        if (bounds.MaxRetries > 0)
        {
            return Retries.TryTake(bounds.MaxRetries);
        }
        double share = bounds.RetryBudgetPercent / 100.0 * (activeRequests + Volatile.Read(ref _pausing) + 1);
        return Retries.TryTake(Math.Max(bounds.MinRetryConcurrency, (long)Math.Min(share, int.MaxValue)));
    }

    /// <summary>A request waits to be tried again.</summary>
    public void BeginPause() => Interlocked.Increment(ref _pausing);

    /// <summary>It waits no more.</summary>
    public void EndPause() => Check.That(Interlocked.Decrement(ref _pausing) >= 0);

    /// <summary>Gives back what <see cref="TryTakeRetry"/> gave.</summary>
    public void ReturnRetry(BudgetTake take) => Retries.Return(take);

    /// <summary>Takes over other bounds.</summary>
    public void Update(CircuitBreakerConfig bounds)
    {
        _bounds = bounds;
        Connections.Max = bounds.MaxConnections;
        PendingRequests.Max = bounds.MaxPendingRequests;
        Requests.Max = bounds.MaxRequests;
        Share.Grant();
    }
}
