namespace Mosn.Proxy.Config;

/// <summary>A condition on one header.</summary>
public sealed record HeaderMatcherConfig : IConfigRecord<HeaderMatcherConfig>
{
    /// <summary>Name of the header; method stands for the request method.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the header must be or, with regex, contain a match of.</summary>
    public string Value { get; init; } = "";

    /// <summary>The value is a regular expression.</summary>
    public bool Regex { get; init; }

    static HeaderMatcherConfig IConfigRecord<HeaderMatcherConfig>.Bind(
        ConfigBinder binder, HeaderMatcherConfig value)
    {
        value = value with
        {
            Name = binder.String(
                "name", value.Name,
                "Name of the header; method stands for the request method.", Field.Required),
        };
        const string About = "What the header must be or, with regex, contain a match of.";
        value = value with
        {
            Value = SecretText.IsSecretName(value.Name)
                ? binder.Secret("value", value.Value, About)
                : binder.String("value", value.Value, About),
            Regex = binder.Bool("regex", value.Regex, "The value is a regular expression."),
        };
        return value;
    }
}
