using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// Lets another balancer choose among the hosts whose labels are those that the route asks for (<c>lb_subset_config</c>). There
/// are subsets for the label names of each selector; what asks for other names, or for values that no usable host has, goes by
/// the fallback policy.
/// </summary>
internal sealed class SubsetBalancer : ILoadBalancer
{
    private readonly ILoadBalancer _inner;
    private readonly SubsetConfig _config;
    private readonly Func<MetricGroup> _metrics;
    private readonly string[][] _selectors;
    private readonly MetadataCriteria _default;

    private SubsetBalancer(LoadBalancerSettings settings, SubsetConfig config, ILoadBalancer inner)
    {
        _inner = inner;
        _config = config;
        _metrics = settings.Metrics;
        _default = new MetadataCriteria(config.DefaultSubset);
        _selectors =
        [
            .. config.SubsetSelectors
                .Select(static selector => selector.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray())
                .Where(static selector => selector.Length > 0)
                .DistinctBy(static selector => string.Join('\0', selector)),
        ];
    }

    public ITryObserver? Observer => _inner.Observer;

    /// <inheritdoc cref="LoadBalancerWrapper"/>
    public static ILoadBalancer Wrap(LoadBalancerSettings settings, ILoadBalancer inner) =>
        settings.Config.LbSubsetConfig is { SubsetSelectors.Count: > 0 } config
            ? new SubsetBalancer(settings, config, inner)
            : inner;

    public object? Prepare(HostSet hosts, HostSet? previous)
    {
        SubsetIndex? old = previous?.Prepared as SubsetIndex;
        HostPart part = new(_inner, keeps: old?.Balancer == this);
        Dictionary<MetadataCriteria, HostSet> subsets = [];
        foreach ((MetadataCriteria labels, List<Host> members) in Group(hosts))
        {
            HostSet? before = old?.Subsets.GetValueOrDefault(labels);
            subsets.Add(labels, part.Make(new HostSet([.. members], hosts.PanicPercent), before));
        }
        HostSet all = part.Make(hosts.Copy(), old?.All);
        if (subsets.Count != (old?.Subsets.Count ?? 0))
        {
            _metrics().SetShared((int)UpstreamMetric.LbSubsetsCreated, subsets.Count);
        }
        return new SubsetIndex(this, all, MakeFallback(hosts, part, all, old), subsets);
    }

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        if (hosts.Prepared is not SubsetIndex index)
        {
            return null;
        }
        if (context.Criteria is not { } criteria)
        {
            return _inner.Pick(index.All, context);
        }
        if (index.Subsets.TryGetValue(criteria, out HostSet? subset))
        {
            if (subset.IsPanicking && !hosts.IsPanicking)
            {
                _metrics().Add(context.LoopIndex, UpstreamMetric.LbHealthyPanic);
            }
            if (_inner.Pick(subset, context) is { } host)
            {
                return host;
            }
        }
        if (index.Fallback is null)
        {
            return null;
        }
        _metrics().Add(context.LoopIndex, UpstreamMetric.LbSubsetsFallback);
        return _inner.Pick(index.Fallback, context);
    }

    private HostSet? MakeFallback(HostSet hosts, HostPart part, HostSet all, SubsetIndex? old)
    {
        switch (_config.FallbackPolicy)
        {
            case SubsetConfig.AnyHostPolicy:
                return all;
            case SubsetConfig.DefaultSubsetPolicy:
                Host[] members = Array.FindAll(hosts.All.ToArray(), host => _default.Matches(host.Metadata));
                return part.Make(new HostSet(members, hosts.PanicPercent), old?.Fallback);
            default:
                return null;
        }
    }

    /// <summary>The hosts of every subset, in their order.</summary>
    private Dictionary<MetadataCriteria, List<Host>> Group(HostSet hosts)
    {
        Dictionary<MetadataCriteria, List<Host>> groups = [];
        foreach (string[] selector in _selectors)
        {
            foreach (Host host in hosts.All)
            {
                if (MetadataCriteria.Of(host.Metadata, selector) is not { } labels)
                {
                    continue;
                }
                if (!groups.TryGetValue(labels, out List<Host>? members))
                {
                    groups.Add(labels, members = []);
                }
                members.Add(host);
            }
        }
        return groups;
    }

    /// <param name="Balancer">Who made it.</param>
    /// <param name="All">For requests that ask for nothing.</param>
    /// <param name="Fallback">For requests whose subset has no host for them; null: they get none.</param>
    private sealed record SubsetIndex(
        SubsetBalancer Balancer, HostSet All, HostSet? Fallback, Dictionary<MetadataCriteria, HostSet> Subsets);
}
