namespace Mosn.Proxy.Config;

/// <summary>The header_to_metadata stream filter: headers decide which labels the host must have.</summary>
public sealed record HeaderToMetadataFilterConfig : TypedFilterConfig, IConfigRecord<HeaderToMetadataFilterConfig>
{
    /// <summary>Rules, all applied, in order.</summary>
    public IReadOnlyList<HeaderToMetadataRuleConfig> RequestRules { get; init; } = [];

    static HeaderToMetadataFilterConfig IConfigRecord<HeaderToMetadataFilterConfig>.Bind(
        ConfigBinder binder, HeaderToMetadataFilterConfig value) => value with
        {
            RequestRules = binder.List("request_rules", value.RequestRules, "Rules, all applied, in order."),
        };
}
