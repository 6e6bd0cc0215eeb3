using Mosn.Proxy.Config;

namespace Mosn.Proxy.Upstream;

/// <summary>Makes the balancers that this version has.</summary>
internal static class LoadBalancers
{
    /// <summary>
    /// The balancer of that type; round robin for those that are not built, of which the configuration's reader has
    /// warned.
    /// </summary>
    public static ILoadBalancer Create(LoadBalancerType type, int loopCount, ulong seed) => type switch
    {
        LoadBalancerType.Random => new RandomBalancer(loopCount, seed),
        _ => new RoundRobinBalancer(loopCount, seed),
    };
}
