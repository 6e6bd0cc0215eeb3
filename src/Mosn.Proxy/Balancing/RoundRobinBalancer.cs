using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>The healthy hosts in turn (<c>LB_ROUNDROBIN</c>).</summary>
internal sealed class RoundRobinBalancer(LoadBalancerSettings settings) : ILoadBalancer
{
    // With the hosts and not here: one balancer serves many subsets, each of which needs its own turns.
    public object? Prepare(HostSet hosts, HostSet? previous) =>
        previous?.Prepared as HostTurns ?? new HostTurns(settings.LoopCount, settings.Seed);

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        return usable.Length > 1
            ? ((HostTurns)hosts.Prepared!).Next(usable, context.LoopIndex)
            : usable.IsEmpty ? null : usable[0];
    }
}
