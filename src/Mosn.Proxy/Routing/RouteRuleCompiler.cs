using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles what a route matches. What cannot be judged as it was meant is a problem, never a looser rule.</summary>
internal sealed class RouteRuleCompiler(RouteVariables variables)
{
    public RouteRule Compile(RouteMatchConfig match, string place, List<string> problems)
    {
        RouteCondition[] ofQuery =
            [.. match.QueryParameters.Select(parameter => CompileParameter(parameter, place, problems))];
        if (match.Prefix.Length > 0)
        {
            return Rule(PathMatch.Prefix, match.Prefix, pattern: null);
        }
        if (match.Path.Length > 0)
        {
            return Rule(PathMatch.Exact, match.Path, pattern: null);
        }
        if (match.Regex.Length > 0)
        {
            BytePattern? pattern = CompilePattern(match.Regex, place, problems);
            return Rule(pattern is null ? PathMatch.None : PathMatch.Pattern, "", pattern);
        }
        RouteCondition[] conditions = match switch
        {
            { Variables.Count: > 0 } => [CompileVariables(match.Variables, place, problems)],
            { DslExpressions.Count: > 0 } => CompileExpressions(match.DslExpressions, place, problems),
            _ => RpcConditions(match.Headers, place, problems),
        };
        return new RouteRule(PathMatch.None, [], Pattern: null, [.. conditions, .. ofQuery]);

        RouteRule Rule(PathMatch kind, string text, BytePattern? pattern) => new(
            kind, Utf8(text), pattern, [.. CompileHeaders(match.Headers, place, problems), .. ofQuery]);
    }

    /// <summary>Conditions on headers where <c>method</c> is the request's method.</summary>
    public static RouteCondition[] CompileHeaders(
        IReadOnlyList<HeaderMatcherConfig> headers, string place, List<string> problems) =>
    [
        .. headers.Select(header => header is { Name: "method", LiteralName: false }
            ? CompileMethod(header)
            : CompileHeader(header, place, problems)),
    ];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A pattern means nothing for the method: it is compared, as in MOSN.</summary>
    private static RouteCondition CompileMethod(HeaderMatcherConfig header) =>
        new MethodCondition(CompileTest(header with { Regex = false }, "", []), header.InvertMatch);

    /// <summary>Rules by headers alone were made for RPC, with one special form: any value of <c>service</c>.</summary>
    private static RouteCondition[] RpcConditions(
        IReadOnlyList<HeaderMatcherConfig> headers, string place, List<string> problems)
    {
        if (headers is [{ Name: "service" } service])
        {
            TextMatch? special = service switch
            {
                { Value: ".*" } => new TextMatch(TextTest.NonEmpty, []),
                { Value.Length: > 0, Regex: true } => new TextMatch(TextTest.Exact, Utf8(service.Value)),
                _ => null,
            };
            if (special is not null)
            {
                return [new HeaderCondition("service"u8.ToArray(), special, service.InvertMatch)];
            }
        }
        return [.. headers.Select(header => CompileHeader(header, place, problems))];
    }

    private static HeaderCondition CompileHeader(HeaderMatcherConfig header, string place, List<string> problems)
    {
        if (!Protocols.HttpSyntax.IsToken(Utf8(header.Name)))
        {
            problems.Add($"{place}: '{header.Name}' is not a header name");
        }
        TextMatch test = CompileTest(header, $"{place}, header '{header.Name}'", problems);
        return new HeaderCondition(Utf8(header.Name.ToLowerInvariant()), test, header.InvertMatch);
    }

    private static TextMatch CompileTest(HeaderMatcherConfig header, string place, List<string> problems) => header switch
    {
        { Regex: true } => CompilePatternTest(header.Value, place, problems),
        { RangeMatch: { } range } => new TextMatch(TextTest.Range, [], null, range.Start, range.End),
        { PresentMatch: true } => new TextMatch(TextTest.Present, []),
        { PrefixMatch.Length: > 0 } => new TextMatch(TextTest.Prefix, Utf8(header.PrefixMatch)),
        { SuffixMatch.Length: > 0 } => new TextMatch(TextTest.Suffix, Utf8(header.SuffixMatch)),
        { ContainsMatch.Length: > 0 } => new TextMatch(TextTest.Contains, Utf8(header.ContainsMatch)),
        _ => new TextMatch(TextTest.Exact, Utf8(header.Value)),
    };

    private static QueryCondition CompileParameter(QueryParameterConfig parameter, string place, List<string> problems)
    {
        TextMatch test = parameter switch
        {
            { Regex: true } => CompilePatternTest(parameter.Value, $"{place}, query parameter '{parameter.Name}'", problems),
            { PresentMatch: true } => new TextMatch(TextTest.Present, []),
            _ => new TextMatch(TextTest.Exact, Utf8(parameter.Value)),
        };
        return new QueryCondition(Utf8(parameter.Name), test, parameter.InvertMatch);
    }

    private static RouteCondition[] CompileExpressions(
        IReadOnlyList<DslExpressionConfig> expressions, string place, List<string> problems)
    {
        List<RouteCondition> conditions = [];
        foreach ((int i, DslExpressionConfig config) in expressions.Index())
        {
            if (Expression.TryCompile(
                config.Expression, ExpressionType.Bool, out Expression? expression, out ExpressionError? error))
            {
                conditions.Add(new ExpressionCondition(expression));
            }
            else
            {
                problems.Add($"{place}, expression {i + 1}: {error}");
            }
        }
        return [.. conditions];
    }

    private static TextMatch CompilePatternTest(string pattern, string place, List<string> problems) =>
        CompilePattern(pattern, place, problems) is { } compiled
            ? new TextMatch(TextTest.Pattern, [], compiled)
            : new TextMatch(TextTest.Never, []);

    private static BytePattern? CompilePattern(string text, string place, List<string> problems)
    {
        if (BytePattern.TryCompile(text, out BytePattern? pattern, out string? problem))
        {
            return pattern;
        }
        problems.Add($"{place}: {problem}");
        return null;
    }

    private VariableCondition CompileVariables(
        IReadOnlyList<VariableMatcherConfig> conditions, string place, List<string> problems)
    {
        List<VariableTerm> terms = [];
        foreach (VariableMatcherConfig condition in conditions)
        {
            string at = $"{place}, variable '{condition.Name}'";
            TextMatch test = condition switch
            {
                { Regex.Length: > 0 } => CompilePatternTest(condition.Regex, at, problems),
                { Value.Length: > 0 } => new TextMatch(TextTest.Exact, Utf8(condition.Value)),
                _ => new TextMatch(TextTest.Never, []),
            };
            if (variables.Find(condition.Name) is { } variable)
            {
                terms.Add(new VariableTerm(variable, test, condition.Model == MatchModel.Or));
            }
            else
            {
                problems.Add($"{at}: there is no such variable");
            }
        }
        return new VariableCondition([.. terms]);
    }
}
