using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// The same host for the same hash, also when others come and go (<c>LB_RING_HASH</c>): the next healthy one on a
/// <see cref="HashRing"/>. Further tries of a request go on round the ring. Without a hash: any host.
/// </summary>
internal sealed class RingHashBalancer(LoadBalancerSettings settings) : ILoadBalancer
{
    // Ring points looked at, and different hosts told apart, before a host is chosen without the ring.
    private const int PointsLookedAtMax = 4096;
    private const int AttemptMax = 15;

    private readonly BalancerSettingsConfig _config = settings.Config.BalancerSettings ?? new BalancerSettingsConfig();
    private readonly LoopRandom _random = new(settings);

    public object? Prepare(HostSet hosts, HostSet? previous) =>
        HashRing.Of(hosts, _config.MinimumRingSize, _config.MaximumRingSize, previous);

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        if (usable.Length <= 1)
        {
            return usable.IsEmpty ? null : usable[0];
        }
        if (context.Hash is not { } hash)
        {
            return _random.Choose(usable, context.LoopIndex);
        }

        // Mixed: the hash of an address is the address itself, and neighbours would share a host.
        uint place = (uint)(new SplitMix64(hash).Next() >> 32);
        int attempt = Math.Min(context.Attempt % usable.Length, AttemptMax);
        return Walk(hosts, (HashRing)hosts.Prepared!, place, attempt)
            ?? usable[(int)((place + (uint)context.Attempt) % (uint)usable.Length)];
    }

    /// <summary>The usable host that comes after <paramref name="skipped"/> others; null if it is far.</summary>
    private static Host? Walk(HostSet hosts, HashRing ring, uint place, int skipped)
    {
        Span<int> seen = stackalloc int[AttemptMax];
        int seenCount = 0;
        int point = ring.Find(place);
        for (int i = Math.Min(ring.Count, PointsLookedAtMax); i > 0; i--)
        {
            int index = ring.HostAt(point);
            Host host = hosts.All[index];
            if ((hosts.IsPanicking || host.Health == HostHealth.Healthy) && !seen[..seenCount].Contains(index))
            {
                if (seenCount == skipped)
                {
                    return host;
                }
                seen[seenCount++] = index;
            }
            point = point + 1 < ring.Count ? point + 1 : 0;
        }
        return null;
    }
}
