namespace Mosn.Proxy.Config;

/// <summary>A label that a host must have.</summary>
public sealed record MetadataLabelConfig : IConfigRecord<MetadataLabelConfig>
{
    /// <summary>The label's name.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its value. Empty: the header's, if there is one.</summary>
    public string Value { get; init; } = "";

    static MetadataLabelConfig IConfigRecord<MetadataLabelConfig>.Bind(
        ConfigBinder binder, MetadataLabelConfig value) => value with
        {
            Key = binder.String("key", value.Key, "The label's name.", Field.Required),
            Value = binder.String("value", value.Value, "Its value. Empty: the header's, if there is one."),
        };
}
