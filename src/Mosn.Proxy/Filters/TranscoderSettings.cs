using Mosn.Protocols;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>What a listener or a route says about transcoding. Immutable.</summary>
internal sealed class TranscoderSettings
{
    private readonly TranscoderRule[] _rules;
    private readonly TranscodingSettings _messages;

    public TranscoderSettings(TranscoderFilterConfig config)
    {
        _messages = new TranscodingSettings(config.Config);
        _rules =
        [
            .. config.Rules.Where(static rule => rule.MatcherType == TranscoderRuleConfig.SimpleMatcher)
                .Select(rule => new TranscoderRule(rule, _messages)),
            .. TranscoderFilterConfig.Meaning(config.Type) is { } meaning
                ? [new TranscoderRule(meaning.From, meaning.To, _messages)]
                : (TranscoderRule[])[],
        ];
    }

    /// <summary>The first rule that takes the request, whatever comes of it; null: none does.</summary>
    public TranscoderRule? RuleOf(HeaderBlock headers)
    {
        foreach (TranscoderRule rule in _rules)
        {
            if (rule.Takes(headers))
            {
                return rule;
            }
        }
        return null;
    }

    /// <summary>How the request is translated.</summary>
    public TranscodingSettings MessagesOf(HeaderBlock headers) => RuleOf(headers)?.Messages ?? _messages;
}
