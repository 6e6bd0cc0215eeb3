using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles how a route changes host and path.</summary>
internal static class RewriteCompiler
{
    /// <summary>Of several ways the first counts: fixed, by header, by the chosen host. Null: the host stays.</summary>
    public static HostRewrite? CompileHost(RouteActionConfig action, string place, List<string> problems)
    {
        if (action.HostRewrite.Length > 0)
        {
            byte[] authority = Utf8(action.HostRewrite);
            if (Protocols.HttpSyntax.IsAuthority(authority))
            {
                return new HostRewrite(authority);
            }
            problems.Add($"{place}: host_rewrite '{action.HostRewrite}' is not a host with an optional port");
            return null;
        }
        if (action.AutoHostRewriteHeader.Length > 0)
        {
            return new HostRewrite(FromHeader: Utf8(action.AutoHostRewriteHeader));
        }
        return action.AutoHostRewrite ? new HostRewrite(FromUpstream: true) : null;
    }

    /// <summary>Null: the path stays.</summary>
    /// <param name="rule">What was compiled of the route's match.</param>
    public static IPathRewrite? CompilePath(
        RouteMatchConfig match, RouteRule rule, RouteActionConfig action, string place, List<string> problems)
    {
        bool isByHeaders = rule.Match == PathMatch.None && match.Variables.Count == 0 && match.DslExpressions.Count == 0;
        if (isByHeaders)
        {
            return null; // Rules for RPC, whose messages have no path.
        }
        if (action.PrefixRewrite.Length > 0)
        {
            return CompilePrefix(rule, Utf8(action.PrefixRewrite));
        }
        if (action.RewriteRegex.Length <= 1)
        {
            return null;
        }
        if (BytePattern.TryCompile(action.RewriteRegex, out BytePattern? pattern, out string? problem))
        {
            return new PatternRewrite(pattern, action.RewriteSubstitution);
        }
        problems.Add($"{place}: regex_rewrite: {problem}");
        return null;
    }

    private static PrefixRewrite? CompilePrefix(RouteRule rule, byte[] replacement) => rule.Match switch
    {
        PathMatch.Prefix => PrefixRewrite.OfPrefix(rule.Text, replacement),
        PathMatch.Exact => PrefixRewrite.OfPath(replacement),
        PathMatch.Pattern => PrefixRewrite.OfPattern(rule.Pattern!, replacement),
        _ => null, // No part of the path was matched that could be replaced.
    };

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
