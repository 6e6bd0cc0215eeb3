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

    static CircuitBreakerConfig IConfigRecord<CircuitBreakerConfig>.Bind(
        ConfigBinder binder, CircuitBreakerConfig value)
    {
        value = value with
        {
            MaxConnections = binder.UInt("max_connections", value.MaxConnections, "Connections at one time."),
            MaxPendingRequests = binder.UInt(
                "max_pending_requests", value.MaxPendingRequests,
                "Requests that wait for a connection."),
            MaxRequests = binder.UInt("max_requests", value.MaxRequests, "Requests at one time."),
            MaxRetries = binder.UInt("max_retries", value.MaxRetries, "Retries at one time."),
        };
        return value;
    }
}
