using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// Lets another balancer choose among the hosts of one zone, preferably of the one this process runs in
/// (<c>lbconfig.zone_aware</c>). The own zone gets as much as its hosts can bear if every zone calls as often as the others; what
/// is too much goes where hosts have capacity to spare (Envoy's zone-aware routing).
/// </summary>
internal sealed class ZoneAwareBalancer : ILoadBalancer
{
    private readonly ILoadBalancer _inner;
    private readonly ZoneAwareConfig _config;
    private readonly string _localZone;
    private readonly LoopRandom _random;

    private ZoneAwareBalancer(LoadBalancerSettings settings, ZoneAwareConfig config, ILoadBalancer inner)
    {
        _inner = inner;
        _config = config;
        _localZone = settings.LocalZone;
        _random = new LoopRandom(settings);
    }

    public ITryObserver? Observer => _inner.Observer;

    /// <inheritdoc cref="LoadBalancerWrapper"/>
    public static ILoadBalancer Wrap(LoadBalancerSettings settings, ILoadBalancer inner) =>
        settings.Config.BalancerSettings?.ZoneAware is { Enabled: true } config && settings.LocalZone.Length > 0
            ? new ZoneAwareBalancer(settings, config, inner)
            : inner;

    public object? Prepare(HostSet hosts, HostSet? previous)
    {
        ZoneIndex? old = previous?.Prepared as ZoneIndex;
        HostPart part = new(_inner, keeps: old?.Balancer == this);
        HostSet all = part.Make(hosts.Copy(), old?.All);
        if (hosts.IsPanicking || hosts.Usable.Length < _config.MinClusterSize)
        {
            return new ZoneIndex(this, all, []);
        }

        // No panic within a zone: a zone without healthy hosts gets nothing, and the others take over.
        List<Zone> zones = [];
        foreach (IGrouping<string, Host> hostsOfZone in hosts.All.ToArray().GroupBy(static host => host.Zone))
        {
            HostSet? before = old?.Zones.FirstOrDefault(zone => zone.Name == hostsOfZone.Key)?.Hosts;
            HostSet inZone = new([.. hostsOfZone]);
            if (!inZone.Healthy.IsEmpty)
            {
                zones.Add(new Zone(hostsOfZone.Key, part.Make(inZone, before), Capacity(inZone)));
            }
        }
        return new ZoneIndex(this, all, WithShares(zones));
    }

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        if (hosts.Prepared is not ZoneIndex index)
        {
            return null;
        }

        // A further try looks at all zones: the one that was drawn first may be the trouble.
        if (index.Zones.Length == 0 || context.Attempt > 0)
        {
            return _inner.Pick(index.All, context);
        }

        // By the hash if there is one, so that what belongs to a host stays with it.
        ulong drawn = context.Hash is { } hash ? new SplitMix64(hash).Next() : _random.On(context.LoopIndex).Next();
        if ((uint)drawn % 100 >= _config.Percent)
        {
            return _inner.Pick(index.All, context);
        }
        double place = (drawn >> 32) * (1.0 / (1UL << 32));
        foreach (Zone zone in index.Zones)
        {
            if (place < zone.Share)
            {
                return _inner.Pick(zone.Hosts, context);
            }
            place -= zone.Share;
        }
        return _inner.Pick(index.All, context);
    }

    /// <summary>The zones with what part of the requests each gets, the own zone first; none if zones make no difference.</summary>
    private Zone[] WithShares(List<Zone> zones)
    {
        if (zones.Count < 2 || zones.Find(zone => zone.Name == _localZone) is not { } local)
        {
            return [];
        }
        double total = zones.Sum(static zone => zone.Capacity);
        double fair = 1.0 / zones.Count;
        double localShare = Math.Min(1, local.Capacity / total / fair);
        double Residual(Zone zone) => Math.Max(0, (zone.Capacity / total) - fair);
        double residual = zones.Where(zone => zone != local).Sum(Residual);
        return
        [
            local with { Share = residual > 0 ? localShare : 1 },
            .. zones.Where(zone => zone != local && Residual(zone) > 0)
                .Select(zone => zone with { Share = (1 - localShare) * Residual(zone) / residual }),
        ];
    }

    private static long Capacity(HostSet hosts)
    {
        long capacity = 0;
        foreach (Host host in hosts.Healthy)
        {
            capacity += host.Weight;
        }
        return capacity;
    }

    /// <param name="Capacity">Sum of the weights of its healthy hosts.</param>
    /// <param name="Share">Part of all requests that it gets.</param>
    private sealed record Zone(string Name, HostSet Hosts, long Capacity, double Share = 0);

    /// <param name="Balancer">Who made it.</param>
    /// <param name="Zones">Empty: all hosts are equally near.</param>
    private sealed record ZoneIndex(ZoneAwareBalancer Balancer, HostSet All, Zone[] Zones);
}
