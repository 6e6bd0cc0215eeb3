namespace Mosn.Proxy.Config;

/// <summary>
/// What a route matches. Of the kinds prefix, path, regex, variables, dsl_expressions the first given counts.
/// </summary>
public sealed record RouteMatchConfig : IConfigRecord<RouteMatchConfig>
{
    /// <summary>The path begins with this.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The path is this, in any case.</summary>
    public string Path { get; init; } = "";

    /// <summary>The path contains a match.</summary>
    public string Regex { get; init; } = "";

    /// <summary>Conditions on headers; all must hold.</summary>
    public IReadOnlyList<HeaderMatcherConfig> Headers { get; init; } = [];

    /// <summary>Conditions on parameters of the query; all must hold.</summary>
    public IReadOnlyList<QueryParameterConfig> QueryParameters { get; init; } = [];

    /// <summary>Conditions on variables.</summary>
    public IReadOnlyList<VariableMatcherConfig> Variables { get; init; } = [];

    /// <summary>Expressions; all must be true.</summary>
    public IReadOnlyList<DslExpressionConfig> DslExpressions { get; init; } = [];

    static RouteMatchConfig IConfigRecord<RouteMatchConfig>.Bind(ConfigBinder binder, RouteMatchConfig value)
    {
        value = value with
        {
            Prefix = binder.String("prefix", value.Prefix, "The path begins with this."),
            Path = binder.String("path", value.Path, "The path is this, in any case."),
            Regex = binder.Pattern("regex", value.Regex, "The path contains a match."),
            Headers = binder.List("headers", value.Headers, "Conditions on headers; all must hold."),
            QueryParameters = binder.List(
                "query_parameters", value.QueryParameters,
                "Conditions on parameters of the query; all must hold."),
            Variables = binder.List("variables", value.Variables, "Conditions on variables."),
            DslExpressions = binder.List(
                "dsl_expressions", value.DslExpressions,
                "Expressions; all must be true."),
        };
        return value;
    }
}
