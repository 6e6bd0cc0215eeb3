namespace Mosn.Proxy.Config;

/// <summary>One extension: a type and whatever that type reads.</summary>
public sealed record ExtendConfig : IConfigRecord<ExtendConfig>
{
    /// <summary>Name of the extension.</summary>
    public string Type { get; init; } = "";

    /// <summary>Handed to the extension as it stands.</summary>
    public ConfigNode? Config { get; init; }

    static ExtendConfig IConfigRecord<ExtendConfig>.Bind(ConfigBinder binder, ExtendConfig value)
    {
        value = value with
        {
            Type = binder.String("type", value.Type, "Name of the extension.", Field.Required),
            Config = binder.Raw("config", value.Config, "Handed to the extension as it stands."),
        };
        return value;
    }
}
