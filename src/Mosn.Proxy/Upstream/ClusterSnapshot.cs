using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>A cluster as one update made it. Immutable.</summary>
/// <param name="Config">What it was made from.</param>
/// <param name="PoolSettings">Bounds of connections to the hosts.</param>
/// <param name="Observers">Who hears of every try; nobody, mostly.</param>
internal sealed record ClusterSnapshot(
    ClusterConfig Config, PoolSettings PoolSettings, HostSet Hosts, ILoadBalancer Balancer, ITryObserver[] Observers);
