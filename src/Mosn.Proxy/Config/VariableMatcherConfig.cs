namespace Mosn.Proxy.Config;

/// <summary>A condition on one variable.</summary>
public sealed record VariableMatcherConfig : IConfigRecord<VariableMatcherConfig>
{
    /// <summary>Name of the variable.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the variable must be.</summary>
    public string Value { get; init; } = "";

    /// <summary>What the variable must contain a match of; wins over value.</summary>
    public string Regex { get; init; } = "";

    /// <summary>How the next condition is joined.</summary>
    public MatchModel Model { get; init; } = MatchModel.And;

    static VariableMatcherConfig IConfigRecord<VariableMatcherConfig>.Bind(
        ConfigBinder binder, VariableMatcherConfig value)
    {
        value = value with
        {
            Name = binder.Code(
                "name", value.Name, ConfigSyntax.Variable, "Name of the variable.", Field.Required),
            Value = binder.String("value", value.Value, "What the variable must be."),
            Regex = binder.Pattern(
                "regex", value.Regex,
                "What the variable must contain a match of; wins over value."),
            Model = binder.Enum("model", value.Model, ConfigNames.MatchModel, "How the next condition is joined."),
        };
        return value;
    }
}

/// <summary>How the next of several conditions is joined.</summary>
public enum MatchModel
{
    And,
    Or,
}
