using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>flowControlFilter</c>: so many requests of a resource in a time, by the simple rules of Sentinel. A rule is a token
/// bucket that holds the threshold and fills in the interval. Exact over all loops.
/// </summary>
internal sealed class FlowControlFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "flowControlFilter";

    private const int CharsOnStack = FlowRuleConfig.ResourceBytesMax;

    private readonly FlowControlKey _key;
    private readonly int _status;
    private readonly byte[] _body;
    private readonly FrozenDictionary<string, Rule[]> _rules;
    private readonly FrozenDictionary<string, Rule[]>.AlternateLookup<ReadOnlySpan<char>> _byChars;
    private readonly MetricGroup _metrics;

    private FlowControlFilter(FlowControlFilterConfig config, StreamFilterServices services)
    {
        _key = config.LimitKeyType;
        _status = config.Status;
        _body = Encoding.UTF8.GetBytes(config.Body);
        _rules = (config.GlobalSwitch ? config.Rules : [])
            .GroupBy(static rule => rule.Resource, StringComparer.Ordinal)
            .ToFrozenDictionary(
                static group => group.Key, static group => group.Select(Rule.Of).ToArray(), StringComparer.Ordinal);
        _byChars = _rules.GetAlternateLookup<ReadOnlySpan<char>>();
        _metrics = FilterMetrics.Of(FilterMetrics.FlowControl, services.Metrics, services.ListenerName);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new FlowControlFilter((FlowControlFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (_rules.Count > 0)
        {
            chain.Add(RequestPhase.AfterRoute, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        if (RulesOf(context.Stream.Request) is { } rules)
        {
            foreach (Rule rule in rules)
            {
                if (!rule.Passes(context.Loop.TurnNs))
                {
                    _metrics.Add(context.Loop.Index, FilterMetrics.RateLimited, 1);
                    return new(context.Reply(_status, _body, ResponseFlags.RateLimited));
                }
            }
            _metrics.Add(context.Loop.Index, FilterMetrics.RateAllowed, 1);
        }
        return new(FilterVerdict.Continue);
    }

    /// <summary>Null: the request has no resource, or one that no rule is for.</summary>
    private Rule[]? RulesOf(RequestHead request)
    {
        ReadOnlySpan<byte> path = request.Path;
        int lengthMax = path.Length + request.Query.Length + 1;
        byte[]? rented = lengthMax > CharsOnStack ? ArrayPool<byte>.Shared.Rent(lengthMax) : null;
        Span<byte> name = rented ?? stackalloc byte[CharsOnStack];
        Rule[]? rules = RulesOf(name[..WriteResource(request, name)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return rules;
    }

    private int WriteResource(RequestHead request, Span<byte> into)
    {
        ReadOnlySpan<byte> path = request.Path;
        ReadOnlySpan<byte> query = request.Query;
        switch (_key)
        {
            case FlowControlKey.Path:
                return RequestPath.Normalise(path, into);
            case FlowControlKey.Arg:
                query.CopyTo(into);
                return query.Length;
            default:
                path.CopyTo(into);
                if (!request.HasQuery)
                {
                    return path.Length;
                }
                into[path.Length] = (byte)'?';
                query.CopyTo(into[(path.Length + 1)..]);
                return path.Length + 1 + query.Length;
        }
    }

    private Rule[]? RulesOf(ReadOnlySpan<byte> resource)
    {
        if (resource.Length > CharsOnStack)
        {
            return null; // No rule has a name that long, as the configuration's check has seen to.
        }
        Span<char> chars = stackalloc char[CharsOnStack];
        int length = Encoding.UTF8.GetChars(resource, chars);
        return _byChars.TryGetValue(chars[..length], out Rule[]? rules) ? rules : null;
    }

    /// <summary>One rule with its bucket.</summary>
    /// <param name="rate">Null: the threshold is below one request, so none passes.</param>
    private sealed class Rule(TokenRate? rate)
    {
        private readonly TokenBucket _bucket = new();

        public static Rule Of(FlowRuleConfig config)
        {
            int threshold = (int)config.Threshold;
            return new Rule(threshold == 0
                ? null
                : TokenRate.Of(threshold, threshold, TimeSpan.FromMilliseconds(config.StatIntervalMs)));
        }

        public bool Passes(long nowNs) => rate is { } some && _bucket.TryTake(some, nowNs, out _);
    }
}
