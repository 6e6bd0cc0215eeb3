using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>Any healthy host, all equally likely (<c>LB_RANDOM</c>).</summary>
internal sealed class RandomBalancer(LoadBalancerSettings settings) : ILoadBalancer
{
    private readonly LoopRandom _random = new(settings);

    public Host? Pick(HostSet hosts, in PickContext context) =>
        hosts.Usable.IsEmpty ? null : _random.Choose(hosts.Usable, context.LoopIndex);
}
