using Mosn.Proxy.Health;

namespace Mosn.Proxy.Server;

/// <summary>Health checks and outlier detection: they begin with their clusters, and end when the listeners have.</summary>
internal sealed class HealthPart(HealthMonitor monitor) : IServerPart
{
    public string Name => "health checks";

    public ValueTask StartAsync(CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask StopAsync() => new(monitor.StopAsync());
}
