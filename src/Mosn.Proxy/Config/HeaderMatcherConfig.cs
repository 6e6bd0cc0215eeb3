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
            Value = binder.String("value", value.Value, "What the header must be or, with regex, contain a match of."),
            Regex = binder.Bool("regex", value.Regex, "The value is a regular expression."),
        };
        return value;
    }
}
