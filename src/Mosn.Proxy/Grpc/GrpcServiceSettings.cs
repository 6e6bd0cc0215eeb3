using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Grpc;

/// <summary>What a service is made with, once for each listener that names it.</summary>
public sealed record GrpcServiceSettings
{
    /// <summary>The listener that it is for.</summary>
    public required string ListenerName { get; init; }

    /// <summary>What the configuration says to it (<c>grpc_config</c>); null: nothing.</summary>
    public ConfigNode? Config { get; init; }

    /// <summary>All counters.</summary>
    public required MetricRegistry Metrics { get; init; }

    /// <summary>For the control side, never for a call.</summary>
    public required ILogger Log { get; init; }
}
