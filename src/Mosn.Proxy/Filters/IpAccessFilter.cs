using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>ip_access</c>: the first entry that has the client's address decides; if none has, the default does. An address
/// that cannot be read is refused if any address could be.
/// </summary>
internal sealed class IpAccessFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "ip_access";

    private readonly ClientAddress _source;
    private readonly (IpSet Addresses, bool Denies)[] _entries;
    private readonly bool _deniesByDefault;
    private readonly bool _deniesUnreadable;
    private readonly MetricGroup _metrics;

    private IpAccessFilter(IpAccessFilterConfig config, StreamFilterServices services)
    {
        _source = new ClientAddress(config.Header, config.TrustedHops);
        _entries = [.. config.Ips.Select(static entry => (Addresses(entry), entry.Action == FilterAction.Deny))];
        _deniesByDefault = config.DefaultAction == FilterAction.Deny;
        _deniesUnreadable = _deniesByDefault || _entries.Any(static entry => entry.Denies);
        _metrics = FilterMetrics.Of(FilterMetrics.IpAccess, services.Metrics, services.ListenerName);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new IpAccessFilter((IpAccessFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.BeforeRoute, this);

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        bool denies = _source.Find(context.Stream, out UInt128 address) switch
        {
            ClientAddress.Result.Known => Denies(address),
            ClientAddress.Result.None => _deniesByDefault,
            _ => _deniesUnreadable,
        };
        int metric = denies ? FilterMetrics.AccessDenied : FilterMetrics.AccessAllowed;
        _metrics.Add(context.Loop.Index, metric, 1);
        return new(denies ? context.Reply(403) : FilterVerdict.Continue);
    }

    private static IpSet Addresses(IpAccessEntryConfig entry) => new(entry.Addrs.Select(static text =>
    {
        Check.That(IpRange.TryParse(text, out IpRange range));
        return range;
    }));

    private bool Denies(UInt128 address)
    {
        foreach ((IpSet addresses, bool denies) in _entries)
        {
            if (addresses.Contains(address))
            {
                return denies;
            }
        }
        return _deniesByDefault;
    }
}
