using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>What a balancer is made from. One balancer for each cluster.</summary>
/// <param name="Config">The cluster's configuration.</param>
/// <param name="LoopCount">How many loops will pick.</param>
/// <param name="Seed">Decides whatever the balancer draws.</param>
/// <param name="Metrics">Label <c>cluster</c>; made by the first call, so ask only when there is something to count.</param>
internal sealed record LoadBalancerSettings(
    ClusterConfig Config, int LoopCount, ulong Seed, Func<Observability.MetricGroup> Metrics);

/// <summary>Makes the balancer of one cluster. Control side.</summary>
internal delegate ILoadBalancer LoadBalancerFactory(LoadBalancerSettings settings);

/// <summary>
/// The balancers that this binary knows, by their type in the configuration. Filled in the composition root.
/// </summary>
internal sealed class LoadBalancerRegistry
{
    private readonly Dictionary<LoadBalancerType, LoadBalancerFactory> _byType = [];

    /// <summary>Adds a kind. Its type is new: a duplicate is a bug in the composition.</summary>
    public LoadBalancerRegistry Add(LoadBalancerType type, LoadBalancerFactory factory)
    {
        _byType.Add(type, factory);
        return this;
    }

    /// <summary>
    /// The balancer of a cluster; round robin for a type that is not built, of which the configuration's reader has warned.
    /// </summary>
    public ILoadBalancer Create(LoadBalancerSettings settings) =>
        _byType.TryGetValue(settings.Config.LbType, out LoadBalancerFactory? factory)
            ? factory(settings)
            : _byType[LoadBalancerType.RoundRobin](settings);
}
