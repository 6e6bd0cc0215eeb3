using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>The healthy hosts in turn, each as often as its weight says (<c>LB_WEIGHTED_ROUNDROBIN</c>).</summary>
internal sealed class WeightedRoundRobinBalancer(LoadBalancerSettings settings) : WeightedBalancer(settings)
{
    protected override Host PickAmongEquals(ReadOnlySpan<Host> usable, HostTurns turns, in PickContext context) =>
        turns.Next(usable, context.LoopIndex);
}
