using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles what a route matches.</summary>
internal static class RouteRuleCompiler
{
    public static RouteRule Compile(RouteMatchConfig match, Route route, string place, List<string> problems)
    {
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
            return Rule(pattern is null ? PathMatch.Never : PathMatch.Pattern, "", pattern);
        }
        if (match.Variables.Count > 0 || match.DslExpressions.Count > 0)
        {
            // To judge such a rule by its headers alone would let it take what it must not.
            return new RouteRule(PathMatch.Never, [], Pattern: null, [], route);
        }
        return new RouteRule(PathMatch.None, [], Pattern: null, RpcConditions(match.Headers, place, problems), route);

        RouteRule Rule(PathMatch kind, string text, BytePattern? pattern) =>
            new(kind, Encoding.UTF8.GetBytes(text), pattern, HttpConditions(match.Headers, place, problems), route);
    }

    private static HeaderCondition[] HttpConditions(
        IReadOnlyList<HeaderMatcherConfig> headers, string place, List<string> problems) =>
    [
        // Here "method" is the request's method, whatever else the condition says.
        .. headers.Select(header => header.Name == "method"
            ? new HeaderCondition([], Encoding.UTF8.GetBytes(header.Value))
            : Condition(header, place, problems)),
    ];

    /// <summary>Rules by headers alone were made for RPC, with one special form: any value of <c>service</c>.</summary>
    private static HeaderCondition[] RpcConditions(
        IReadOnlyList<HeaderMatcherConfig> headers, string place, List<string> problems)
    {
        if (headers is [{ Name: "service" } service])
        {
            byte[] value = Encoding.UTF8.GetBytes(service.Value);
            return [new HeaderCondition("service"u8.ToArray(), value, IsNonEmptyEnough: service.Value == ".*")];
        }
        return [.. headers.Select(header => Condition(header, place, problems))];
    }

    private static HeaderCondition Condition(HeaderMatcherConfig header, string place, List<string> problems)
    {
        BytePattern? pattern = header.Regex
            ? CompilePattern(header.Value, $"{place}, header '{header.Name}'", problems)
            : null;
        if (!Protocols.HttpSyntax.IsToken(Encoding.UTF8.GetBytes(header.Name)))
        {
            problems.Add($"{place}: '{header.Name}' is not a header name");
        }
        return new HeaderCondition(
            Encoding.UTF8.GetBytes(header.Name.ToLowerInvariant()), Encoding.UTF8.GetBytes(header.Value), pattern);
    }

    private static BytePattern? CompilePattern(string text, string place, List<string> problems)
    {
        if (BytePattern.TryCompile(text, out BytePattern? pattern, out string? problem))
        {
            return pattern;
        }
        problems.Add($"{place}: {problem}");
        return null;
    }
}
