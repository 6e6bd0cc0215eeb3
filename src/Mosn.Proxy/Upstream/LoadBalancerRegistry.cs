using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>What a balancer is made from. One balancer for each cluster.</summary>
/// <param name="Config">The cluster's configuration.</param>
/// <param name="LoopCount">How many loops will pick.</param>
/// <param name="Seed">Decides whatever the balancer draws.</param>
/// <param name="Metrics">Label <c>cluster</c>; made by the first call, so ask only when there is something to count.</param>
/// <param name="LocalZone">Where this process runs; empty if nobody said.</param>
internal sealed record LoadBalancerSettings(
    ClusterConfig Config, int LoopCount, ulong Seed, Func<Observability.MetricGroup> Metrics, string LocalZone = "")
{
    /// <summary>For a balancer that makes hosts itself; null in tests of others.</summary>
    public Cluster? Cluster { get; init; }
}

/// <summary>Makes the balancer of one cluster. Control side.</summary>
internal delegate ILoadBalancer LoadBalancerFactory(LoadBalancerSettings settings);

/// <summary>
/// Puts a balancer around another one if the configuration asks for it, e.g. one that first narrows the hosts down; else
/// answers the other one. Control side.
/// </summary>
internal delegate ILoadBalancer LoadBalancerWrapper(LoadBalancerSettings settings, ILoadBalancer inner);

/// <summary>
/// The balancers that this binary knows, by their type in the configuration. Filled in the composition root.
/// </summary>
internal sealed class LoadBalancerRegistry
{
    private readonly Dictionary<LoadBalancerType, LoadBalancerFactory> _byType = [];
    private readonly List<LoadBalancerWrapper> _wrappers = [];

    /// <summary>Adds a kind. Its type is new: a duplicate is a bug in the composition.</summary>
    public LoadBalancerRegistry Add(LoadBalancerType type, LoadBalancerFactory factory)
    {
        _byType.Add(type, factory);
        return this;
    }

    /// <summary>Adds what may stand around a balancer of any kind. The last added is the outermost.</summary>
    public LoadBalancerRegistry Wrap(LoadBalancerWrapper wrapper)
    {
        _wrappers.Add(wrapper);
        return this;
    }

    /// <summary>
    /// The balancer of a cluster; round robin for a type that is not built, of which the configuration's reader has warned.
    /// </summary>
    public ILoadBalancer Create(LoadBalancerSettings settings)
    {
        ILoadBalancer balancer = _byType.TryGetValue(settings.Config.Balancer, out LoadBalancerFactory? factory)
            ? factory(settings)
            : _byType[LoadBalancerType.RoundRobin](settings);
        if (settings.Config.Balancer == LoadBalancerType.OriginalDst)
        {
            return balancer; // Its hosts come with the requests: there are none to narrow down.
        }
        foreach (LoadBalancerWrapper wrap in _wrappers)
        {
            balancer = wrap(settings, balancer);
        }
        return balancer;
    }
}
