namespace Mosn.Proxy.Config;

/// <summary>What one header says about labels. Exactly one of the two cases is given.</summary>
public sealed record HeaderToMetadataRuleConfig : IConfigRecord<HeaderToMetadataRuleConfig>
{
    /// <summary>Name of the header.</summary>
    public string Header { get; init; } = "";

    /// <summary>The label if the header is there.</summary>
    public MetadataLabelConfig? OnHeaderPresent { get; init; }

    /// <summary>The label if it is not.</summary>
    public MetadataLabelConfig? OnHeaderMissing { get; init; }

    /// <summary>Take the header off the request.</summary>
    public bool Remove { get; init; }

    static HeaderToMetadataRuleConfig IConfigRecord<HeaderToMetadataRuleConfig>.Bind(
        ConfigBinder binder, HeaderToMetadataRuleConfig value) => value with
        {
            Header = binder.String("header", value.Header, "Name of the header.", Field.Required),
            OnHeaderPresent = binder.Object(
                "on_header_present", value.OnHeaderPresent, "The label if the header is there."),
            OnHeaderMissing = binder.Object("on_header_missing", value.OnHeaderMissing, "The label if it is not."),
            Remove = binder.Bool("remove", value.Remove, "Take the header off the request."),
        };
}
