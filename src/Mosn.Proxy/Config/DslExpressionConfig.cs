namespace Mosn.Proxy.Config;

/// <summary>One condition in the expression language.</summary>
public sealed record DslExpressionConfig : IConfigRecord<DslExpressionConfig>
{
    /// <summary>The expression.</summary>
    public string Expression { get; init; } = "";

    static DslExpressionConfig IConfigRecord<DslExpressionConfig>.Bind(
        ConfigBinder binder, DslExpressionConfig value)
    {
        value = value with
        {
            Expression = binder.Code(
                "expression", value.Expression, ConfigSyntax.Condition, "The expression.", Field.Required),
        };
        return value;
    }
}
