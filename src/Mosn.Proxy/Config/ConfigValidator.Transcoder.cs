using System.Text;
using Mosn.Protocols;

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
        CheckTranscoding(transcoder.Config);
        foreach (TranscoderRuleConfig rule in transcoder.Rules)
        {
            CheckTranscoderRule(rule);
        }
    }

    private void CheckTranscoderType(TranscoderFilterConfig transcoder)
    {
        if (transcoder.Type.Length == 0)
        {
            return;
        }
        if (TranscoderFilterConfig.Meaning(transcoder.Type) is { } meaning)
        {
            CheckUpstreamProtocol(meaning.To, transcoder, "type");
            return;
        }
        Warning(
            transcoder, "type", "unknown transcoder; requests go on as they are", $"\"{transcoder.Type}\"",
            string.Join(", ", TranscoderFilterConfig.TypeNames),
            NearestMatch.Of(transcoder.Type, TranscoderFilterConfig.TypeNames));
    }

    private void CheckTranscoding(TranscodingConfig messages)
    {
        if (Encoding.UTF8.GetByteCount(messages.ContentClass) > TranscodingConfig.ClassBytesMax)
        {
            Error(messages, "class", "the name of a class is too long", null, "1024 bytes at most");
        }
        if (messages.Method.Length == 0 || !IsToken(messages.Method) || messages.Method == "CONNECT")
        {
            Error(messages, "method", "not a method of requests", $"\"{messages.Method}\"");
        }
        if (messages.Path.Length > 0 && !HttpSyntax.IsPath(Encoding.UTF8.GetBytes(messages.Path)))
        {
            Error(
                messages, "path", "not a path", $"\"{messages.Path}\"", "one that begins with '/', encoded, without a query");
        }
        if (messages.MaxBodySize is < 1 or > int.MaxValue / 2)
        {
            Error(messages, "max_body_size", "no bound for a body", null, "1 byte to 1GB");
        }
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
        if (rule.UpstreamProtocol.Length == 0 && rule.Settings is null)
        {
            Warning(rule, "rule_info", "without 'upstream_protocol' the rule changes nothing");
        }
        CheckUpstreamProtocol(rule.UpstreamProtocol, rule, "rule_info.upstream_protocol");
        if (rule.Settings is { } settings)
        {
            CheckTranscoding(settings);
        }
    }
}
