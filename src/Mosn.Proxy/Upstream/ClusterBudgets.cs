using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// The bounds of one cluster over all loops (MOSN: circuit breakers, the resource manager). What is taken stays taken
/// when an update changes the bounds.
/// </summary>
internal sealed class ClusterBudgets
{
    public ClusterBudgets(IReadOnlyList<CircuitBreakerConfig> config) => Update(config);

    /// <summary>Connections to all hosts.</summary>
    public ResourceBudget Connections { get; } = new();

    /// <summary>Requests that wait for a connection.</summary>
    public ResourceBudget PendingRequests { get; } = new();

    /// <summary>Requests that are with a host or wait for a connection.</summary>
    public ResourceBudget Requests { get; } = new();

    /// <summary>Tries after the first that are under way.</summary>
    public ResourceBudget Retries { get; } = new();

    /// <summary>Takes over other bounds; the first entry counts.</summary>
    public void Update(IReadOnlyList<CircuitBreakerConfig> config)
    {
        CircuitBreakerConfig bounds = config.Count > 0 ? config[0] : new CircuitBreakerConfig();
        Connections.Max = bounds.MaxConnections;
        PendingRequests.Max = bounds.MaxPendingRequests;
        Requests.Max = bounds.MaxRequests;
        Retries.Max = bounds.MaxRetries;
    }
}
