namespace Mosn.Proxy.Config;

/// <summary>A condition on one header. Of value and the *_match tests one is given; without any, the value is empty.</summary>
public sealed record HeaderMatcherConfig : IConfigRecord<HeaderMatcherConfig>
{
    /// <summary>Name of the header; method stands for the request method.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the header must be or, with regex, contain a match of.</summary>
    public string Value { get; init; } = "";

    /// <summary>The value is a regular expression.</summary>
    public bool Regex { get; init; }

    /// <summary>The header must be there, whatever its value.</summary>
    public bool PresentMatch { get; init; }

    /// <summary>What the value must begin with.</summary>
    public string PrefixMatch { get; init; } = "";

    /// <summary>What the value must end with.</summary>
    public string SuffixMatch { get; init; } = "";

    /// <summary>What the value must contain.</summary>
    public string ContainsMatch { get; init; } = "";

    /// <summary>The value must be a whole number in this range.</summary>
    public RangeMatchConfig? RangeMatch { get; init; }

    /// <summary>The condition holds when it otherwise would not, a missing header included.</summary>
    public bool InvertMatch { get; init; }

    /// <summary>The name is that of a header, even if it is method.</summary>
    public bool LiteralName { get; init; }

    static HeaderMatcherConfig IConfigRecord<HeaderMatcherConfig>.Bind(
        ConfigBinder binder, HeaderMatcherConfig value)
    {
        value = value with
        {
            Name = binder.String(
                "name", value.Name,
                "Name of the header; method stands for the request method.", Field.Required),
        };
        bool isSecret = SecretText.IsSecretName(value.Name);
        value = value with
        {
            Value = Text("value", value.Value, "What the header must be or, with regex, contain a match of."),
            Regex = binder.Bool("regex", value.Regex, "The value is a regular expression."),
            PresentMatch = binder.Bool(
                "present_match", value.PresentMatch,
                "The header must be there, whatever its value."),
            PrefixMatch = Text("prefix_match", value.PrefixMatch, "What the value must begin with."),
            SuffixMatch = Text("suffix_match", value.SuffixMatch, "What the value must end with."),
            ContainsMatch = Text("contains_match", value.ContainsMatch, "What the value must contain."),
            RangeMatch = binder.Object(
                "range_match", value.RangeMatch,
                "The value must be a whole number in this range."),
            InvertMatch = binder.Bool(
                "invert_match", value.InvertMatch,
                "The condition holds when it otherwise would not, a missing header included."),
            LiteralName = binder.Bool(
                "literal_name", value.LiteralName,
                "The name is that of a header, even if it is method."),
        };
        return value;

        string Text(string name, string text, string doc) =>
            isSecret ? binder.Secret(name, text, doc) : binder.String(name, text, doc);
    }
}
