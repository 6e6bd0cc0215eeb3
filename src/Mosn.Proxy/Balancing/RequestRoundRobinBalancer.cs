using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// The first healthy host for every request, and the next ones in turn for its further tries
/// (<c>LB_REQUEST_ROUNDROBIN</c>): the order of the hosts is an order of preference.
/// </summary>
internal sealed class RequestRoundRobinBalancer : ILoadBalancer
{
    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        return usable.IsEmpty ? null : usable[context.Attempt % usable.Length];
    }
}
