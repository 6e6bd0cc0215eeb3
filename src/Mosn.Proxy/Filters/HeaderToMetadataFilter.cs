using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>header_to_metadata</c>: headers decide which labels the host must have, over those of the route.
/// </summary>
internal sealed class HeaderToMetadataFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "header_to_metadata";

    private readonly Rule[] _rules;
    private readonly LoopLocal<TextCache> _texts;

    private HeaderToMetadataFilter(HeaderToMetadataFilterConfig config, StreamFilterServices services)
    {
        _rules = [.. config.RequestRules.Select(static rule => new Rule(
            Encoding.UTF8.GetBytes(rule.Header.ToLowerInvariant()), rule.OnHeaderPresent, rule.OnHeaderMissing,
            rule.Remove))];
        _texts = new(services.LoopCount, static _ => new TextCache());
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new HeaderToMetadataFilter((HeaderToMetadataFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (_rules.Length > 0)
        {
            chain.Add(RequestPhase.AfterRoute, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        HeaderBlock headers = context.Stream.Request.Headers;
        foreach (Rule rule in _rules)
        {
            bool isThere = headers.TryGet(rule.Header, out ReadOnlySpan<byte> value);
            if ((isThere ? rule.Present : rule.Missing) is { } label)
            {
                context.Stream.HostLabels[label.Key] =
                    label.Value.Length > 0 ? label.Value : _texts.On(context.Loop).Of(value);
            }
            if (isThere && rule.Removes)
            {
                headers.Remove(rule.Header);
            }
        }
        return new(FilterVerdict.Continue);
    }

    private sealed record Rule(byte[] Header, MetadataLabelConfig? Present, MetadataLabelConfig? Missing, bool Removes);
}
