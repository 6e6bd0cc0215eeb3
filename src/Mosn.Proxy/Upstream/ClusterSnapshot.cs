using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Upstream;

/// <summary>A cluster as one update made it. Immutable.</summary>
/// <param name="Config">What it was made from.</param>
/// <param name="PoolSettings">Bounds of connections to the hosts.</param>
/// <param name="Protocol">What its hosts speak; null: what the route or the client says.</param>
/// <param name="Observers">Who hears of every try; nobody, mostly.</param>
internal sealed record ClusterSnapshot(
    ClusterConfig Config,
    PoolSettings PoolSettings,
    StreamProtocol? Protocol,
    HostSet Hosts,
    ILoadBalancer Balancer,
    ITryObserver[] Observers);
