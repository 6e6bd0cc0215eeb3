namespace Mosn.Proxy.Config;

/// <summary>A condition on one parameter of the query, decoded; of several with the same name the first counts.</summary>
public sealed record QueryParameterConfig : IConfigRecord<QueryParameterConfig>
{
    /// <summary>Name of the parameter, as it is when decoded.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the value must be or, with regex, contain a match of.</summary>
    public string Value { get; init; } = "";

    /// <summary>The value is a regular expression.</summary>
    public bool Regex { get; init; }

    /// <summary>The parameter must be there, whatever its value.</summary>
    public bool PresentMatch { get; init; }

    /// <summary>The condition holds when it otherwise would not, a missing parameter included.</summary>
    public bool InvertMatch { get; init; }

    static QueryParameterConfig IConfigRecord<QueryParameterConfig>.Bind(
        ConfigBinder binder, QueryParameterConfig value)
    {
        value = value with
        {
            Name = binder.String(
                "name", value.Name,
                "Name of the parameter, as it is when decoded.", Field.Required),
            Value = binder.String(
                "value", value.Value,
                "What the value must be or, with regex, contain a match of."),
            Regex = binder.Bool("regex", value.Regex, "The value is a regular expression."),
            PresentMatch = binder.Bool(
                "present_match", value.PresentMatch,
                "The parameter must be there, whatever its value."),
            InvertMatch = binder.Bool(
                "invert_match", value.InvertMatch,
                "The condition holds when it otherwise would not, a missing parameter included."),
        };
        return value;
    }
}
