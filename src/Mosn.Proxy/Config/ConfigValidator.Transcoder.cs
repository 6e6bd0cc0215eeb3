namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckTranscoder(TranscoderFilterConfig transcoder)
    {
        if (transcoder.ReceiverPhase == 2)
        {
            Warning(
                transcoder, "trans.receiver_phase",
                "once a host is chosen it is too late for another protocol; this filter runs once the route is known");
        }
        CheckTranscoderType(transcoder);
        foreach (TranscoderRuleConfig rule in transcoder.Rules)
        {
            CheckTranscoderRule(rule);
        }
    }

    private void CheckTranscoderType(TranscoderFilterConfig transcoder)
    {
        if (transcoder.Type.Length == 0 || transcoder.Type is TranscoderFilterConfig.Http1ToHttp2 or TranscoderFilterConfig.Http2ToHttp1)
        {
            return;
        }
        bool isKnown = TranscoderFilterConfig.TypeNames.Contains(transcoder.Type);
        Warning(
            transcoder, "type",
            isKnown ? $"not supported yet: transcoder {transcoder.Type}" : "unknown transcoder; requests go on as they are",
            isKnown ? null : $"\"{transcoder.Type}\"",
            isKnown ? null : string.Join(", ", TranscoderFilterConfig.TypeNames),
            isKnown ? null : NearestMatch.Of(transcoder.Type, TranscoderFilterConfig.TypeNames));
    }

    private void CheckTranscoderRule(TranscoderRuleConfig rule)
    {
        if (rule.MatcherType != TranscoderRuleConfig.SimpleMatcher)
        {
            Warning(
                rule, "matcher_config.matcher_type", "unknown matcher; the rule is passed over", $"\"{rule.MatcherType}\"",
                TranscoderRuleConfig.SimpleMatcher, NearestMatch.Of(rule.MatcherType, [TranscoderRuleConfig.SimpleMatcher]));
        }
        else if (rule.HeaderName is null)
        {
            Warning(rule, "matcher_config", "without an object in 'config' the rule takes every request");
        }
        else if (!IsHeaderName(rule.HeaderName))
        {
            Error(rule, "matcher_config.config.name", "not a header name", $"\"{rule.HeaderName}\"");
        }
        if (rule.UpstreamProtocol.Length == 0)
        {
            Warning(rule, "rule_info", "without 'upstream_protocol' the rule changes nothing");
        }
        CheckUpstreamProtocol(rule.UpstreamProtocol, rule, "rule_info.upstream_protocol");
    }
}
