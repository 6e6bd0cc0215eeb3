using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>transcoder</c>: says which protocol requests go upstream in, before route and cluster do. The conversion itself is
/// not the filter's: heads are neutral, and each connection writes them in what it speaks.
/// </summary>
internal sealed class TranscoderFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "transcoder";

    private readonly Rule[] _rules;
    private readonly RequestPhase _phase;
    private readonly MetricGroup _metrics;

    private TranscoderFilter(TranscoderFilterConfig config, StreamFilterServices services)
    {
        _rules =
        [
            .. config.Rules.Where(static rule => rule.MatcherType == TranscoderRuleConfig.SimpleMatcher)
                .Select(rule => new Rule(
                    rule.HeaderName is { } name ? Encoding.UTF8.GetBytes(name.ToLowerInvariant()) : null,
                    Encoding.UTF8.GetBytes(rule.HeaderValue),
                    Of: null,
                    services.UpstreamProtocol(rule.UpstreamProtocol))),
            .. OfType(config.Type),
        ];
        _phase = config.ReceiverPhase == 0 ? RequestPhase.BeforeRoute : RequestPhase.AfterRoute;
        _metrics = FilterMetrics.Of(FilterMetrics.Transcoder, services.Metrics, services.ListenerName);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new TranscoderFilter((TranscoderFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (_rules.Length > 0)
        {
            chain.Add(_phase, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        StreamContext stream = context.Stream;
        foreach (Rule rule in _rules)
        {
            if (!rule.Takes(stream.Request.Headers))
            {
                continue;
            }
            StreamProtocol spoken = stream.Downstream.Protocol;
            if (rule.To is { } wanted && (rule.Of ?? spoken) == spoken)
            {
                stream.WantedProtocol = wanted;
                _metrics.Add(context.Loop.Index, FilterMetrics.Transcoded, wanted == spoken ? 0 : 1);
            }
            break; // The first that takes a request counts, whatever comes of it.
        }
        return new(FilterVerdict.Continue);
    }

    /// <summary>What takes the requests that no other rule does.</summary>
    private static Rule[] OfType(string type) => type switch
    {
        TranscoderFilterConfig.Http1ToHttp2 => [new Rule(null, [], StreamProtocol.Http1, StreamProtocol.Http2)],
        TranscoderFilterConfig.Http2ToHttp1 => [new Rule(null, [], StreamProtocol.Http2, StreamProtocol.Http1)],
        _ => [],
    };

    /// <param name="Header">In lower case; null: every request.</param>
    /// <param name="Of">What the client must speak; null: anything.</param>
    /// <param name="To">Null: the request goes on as it is.</param>
    private sealed record Rule(byte[]? Header, byte[] Value, StreamProtocol? Of, StreamProtocol? To)
    {
        public bool Takes(HeaderBlock headers) =>
            Header is null || (headers.TryGet(Header, out ReadOnlySpan<byte> value) && value.SequenceEqual(Value));
    }
}
