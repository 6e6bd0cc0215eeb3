namespace Mosn.Proxy.Config;

/// <summary>Requests with a header, and the protocol that they go upstream in.</summary>
public sealed record TranscoderRuleConfig : IConfigRecord<TranscoderRuleConfig>
{
    /// <summary>The only kind of matcher there is.</summary>
    internal const string SimpleMatcher = "simpleMatcher";

    /// <summary>Kind of the matcher.</summary>
    public string MatcherType { get; init; } = SimpleMatcher;

    /// <summary>An object with the name and the value of a header; anything else takes every request.</summary>
    public ConfigNode? Matcher { get; init; }

    /// <summary>Protocol towards the host.</summary>
    public string UpstreamProtocol { get; init; } = "";

    /// <summary>For people.</summary>
    public string Description { get; init; } = "";

    /// <summary>How messages are translated; null: as the filter says.</summary>
    public TranscodingConfig? Settings { get; init; }

    /// <summary>Name of the header that the matcher looks at; null: it takes every request.</summary>
    internal string? HeaderName => Matcher is { Kind: ConfigNodeKind.Object } ? Matcher.Find("name")?.Text ?? "" : null;

    /// <summary>The value that the header must have.</summary>
    internal string HeaderValue => Matcher?.Find("value")?.Text ?? "";

    static TranscoderRuleConfig IConfigRecord<TranscoderRuleConfig>.Bind(ConfigBinder binder, TranscoderRuleConfig value)
    {
        ConfigBinder matcher = binder.Open("matcher_config", "Which requests.");
        value = value with
        {
            MatcherType = matcher.String("matcher_type", value.MatcherType, "Kind of the matcher: simpleMatcher."),
            Matcher = matcher.Raw(
                "config", value.Matcher,
                "An object with the name and the value of a header; anything else takes every request."),
        };
        matcher.Close();
        ConfigBinder rule = binder.Open("rule_info", "What becomes of them.");
        value = value with
        {
            UpstreamProtocol = rule.String("upstream_protocol", value.UpstreamProtocol, "Protocol towards the host."),
            Description = rule.String("description", value.Description, "For people."),
            Settings = rule.Object("config", value.Settings, "How messages are translated; else as the filter says."),
        };
        rule.Close();
        return value;
    }
}
