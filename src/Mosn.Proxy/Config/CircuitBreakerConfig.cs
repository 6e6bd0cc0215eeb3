namespace Mosn.Proxy.Config;

/// <summary>Bounds of one cluster. 0: unbounded.</summary>
public sealed record CircuitBreakerConfig : IConfigRecord<CircuitBreakerConfig>
{
    /// <summary>Connections at one time.</summary>
    public uint MaxConnections { get; init; }

    /// <summary>Requests that wait for a connection.</summary>
    public uint MaxPendingRequests { get; init; }

    /// <summary>Requests at one time.</summary>
    public uint MaxRequests { get; init; }

    /// <summary>Retries at one time.</summary>
    public uint MaxRetries { get; init; }

    /// <summary>Retries of a hundred active requests, when max_retries is 0.</summary>
    public double RetryBudgetPercent { get; init; } = 20;

    /// <summary>Retries that are always possible at one time, when max_retries is 0.</summary>
    public uint MinRetryConcurrency { get; init; } = 3;

    /// <summary>The requests that are counted: those of routes with this priority.</summary>
    public RoutingPriority Priority { get; init; } = RoutingPriority.Default;

    static CircuitBreakerConfig IConfigRecord<CircuitBreakerConfig>.Bind(
        ConfigBinder binder, CircuitBreakerConfig value)
    {
        value = value with
        {
            MaxConnections = binder.UInt("max_connections", value.MaxConnections, "Connections at one time."),
            MaxPendingRequests = binder.UInt(
                "max_pending_requests", value.MaxPendingRequests,
                "Requests that wait for a connection. 0: 1024."),
            MaxRequests = binder.UInt("max_requests", value.MaxRequests, "Requests at one time."),
            MaxRetries = binder.UInt(
                "max_retries", value.MaxRetries,
                "Retries at one time. 0: as the retry budget says."),
            RetryBudgetPercent = binder.Double(
                "retry_budget_percent", value.RetryBudgetPercent,
                "Retries of a hundred active requests, when max_retries is 0.", Field.Range(0, 100)),
            MinRetryConcurrency = binder.UInt(
                "min_retry_concurrency", value.MinRetryConcurrency,
                "Retries that are always possible at one time, when max_retries is 0."),
            Priority = binder.Enum(
                "priority", value.Priority, ConfigNames.RoutingPriority,
                "The requests that are counted: those of routes with this priority."),
        };
        return value;
    }
}
