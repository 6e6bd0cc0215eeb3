namespace Mosn.Proxy.Config;

/// <summary>One header to set.</summary>
public sealed record HeaderOptionConfig : IConfigRecord<HeaderOptionConfig>
{
    /// <summary>Name.</summary>
    public string Key { get; init; } = "";

    /// <summary>Value; %name% stands for a variable.</summary>
    public string Value { get; init; } = "";

    /// <summary>Join to a value that is there; false: replace it.</summary>
    public bool Append { get; init; } = true;

    static HeaderOptionConfig IConfigRecord<HeaderOptionConfig>.Bind(
        ConfigBinder binder, HeaderOptionConfig value)
    {
        ConfigBinder header = binder.Open("header", "The header.");
        value = value with { Key = header.String("key", value.Key, "Name.", Field.Required) };
        const string About = "Value; %name% stands for a variable.";
        value = value with
        {
            Value = SecretText.IsSecretName(value.Key)
                ? header.Secret("value", value.Value, About)
                : header.String("value", value.Value, About),
        };
        header.Close();
        value = value with
        {
            Append = binder.Bool("append", value.Append, "Join to a value that is there; false: replace it."),
        };
        return value;
    }
}
