using System.Collections.Frozen;
using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Turns router configurations into tables. Control side, one call at a time.</summary>
internal sealed class RouteCompiler(RouteServices services)
{
    private const long TimeoutMsDefault = 60_000;

    private readonly HeaderEditsCompiler _edits = new(services.LoopCount, services.Zone);
    private SplitMix64 _seeds = new(services.Seed);

    /// <summary>Null if there is a problem; every problem is added to the list.</summary>
    public RouteTable? Compile(RouterConfig config, List<string> problems)
    {
        int before = problems.Count;
        Levels router = new(
            _edits.Compile(config.RequestHeadersToAdd, config.RequestHeadersToRemove, isRequest: true, "", problems),
            _edits.Compile(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove, isRequest: false, "", problems));
        VirtualHostTable hosts = new();
        foreach (VirtualHostConfig host in config.VirtualHosts)
        {
            string place = $"virtual host '{host.Name}'";
            VirtualHost compiled = CompileHost(host, router, place, problems);
            foreach (string domain in host.Domains)
            {
                if (hosts.TryAdd(domain, compiled) is { } problem)
                {
                    problems.Add($"{place}, domain '{domain}': {problem}");
                }
            }
        }
        if (config.VirtualHosts.Count == 0)
        {
            problems.Add("no virtual host");
        }
        return problems.Count == before ? new RouteTable(config.Name, hosts) : null;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static HeaderEdits[] Some(params HeaderEdits[] levels) => [.. levels.Where(static level => !level.IsEmpty)];

    private static HostRewrite? CompileHostRewrite(RouteActionConfig action, string place, List<string> problems)
    {
        if (action.HostRewrite.Length > 0)
        {
            byte[] authority = Utf8(action.HostRewrite);
            if (Protocols.HttpSyntax.IsAuthority(authority))
            {
                return new HostRewrite(authority, FromHeader: null);
            }
            problems.Add($"{place}: host_rewrite '{action.HostRewrite}' is not a host with an optional port");
            return null;
        }
        return action.AutoHostRewriteHeader.Length > 0
            ? new HostRewrite(Authority: null, Utf8(action.AutoHostRewriteHeader))
            : null;
    }

    private static IPathRewrite? CompilePathRewrite(
        RouteMatchConfig match, RouteActionConfig action, string place, List<string> problems)
    {
        // Of several kinds of match the first counts, also here; a rule by headers has no part of the path to replace.
        string matched = match switch
        {
            { Prefix.Length: > 0 } => match.Prefix,
            { Path.Length: > 0 } => match.Path,
            _ => match.Regex,
        };
        if (matched.Length == 0)
        {
            return null;
        }
        if (action.PrefixRewrite.Length > 0)
        {
            return new PrefixRewrite(Utf8(matched), Utf8(action.PrefixRewrite));
        }
        return action.RewriteRegex.Length > 1
            && CompilePattern(action.RewriteRegex, $"{place}: regex_rewrite", problems) is { } pattern
                ? new PatternRewrite(pattern, action.RewriteSubstitution)
                : null;
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

    private static Redirect CompileRedirect(RedirectConfig config, string place, List<string> problems)
    {
        if (config.ResponseCode is not (0 or 301 or 302 or 303 or 307 or 308))
        {
            problems.Add($"{place}: {config.ResponseCode} is not a redirect code; 301, 302, 303, 307 and 308 are");
        }
        string scheme = config.SchemeRedirect.ToLowerInvariant();
        if (scheme.Length > 0 && !(char.IsAsciiLetter(scheme[0])
            && scheme.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-')))
        {
            problems.Add($"{place}: '{config.SchemeRedirect}' is not a scheme");
        }
        if (config.HostRedirect.Length > 0 && !Protocols.HttpSyntax.IsAuthority(Utf8(config.HostRedirect)))
        {
            problems.Add($"{place}: '{config.HostRedirect}' is not a host with an optional port");
        }
        byte[] path = Utf8(config.PathRedirect is "" or ['/', ..] ? config.PathRedirect : $"/{config.PathRedirect}");
        byte[] encoded = new byte[RequestPath.EncodedLengthMax(path.Length)];
        return new Redirect(
            config.ResponseCode == 0 ? 301 : config.ResponseCode,
            Utf8(scheme),
            Utf8(config.HostRedirect),
            encoded[..RequestPath.Encode(path, encoded)]);
    }

    private static DirectReply CompileDirect(DirectResponseConfig config, string place, List<string> problems)
    {
        if (config.Status is < 200 or > 599)
        {
            problems.Add($"{place}: {config.Status} is not a status to answer with; 200 to 599 are");
        }
        return new DirectReply(config.Status, Utf8(config.Body));
    }

    /// <summary>What the route says about a filter replaces as a whole what its virtual host says.</summary>
    private FrozenDictionary<string, object> CompileSettings(RouteConfig route, Dictionary<string, object> ofHost)
    {
        if (route.PerFilterConfig.Count == 0)
        {
            return ofHost.ToFrozenDictionary(StringComparer.Ordinal);
        }
        Dictionary<string, object> settings = new(ofHost, StringComparer.Ordinal);
        AddSettings(route.PerFilterConfig, settings);
        return settings.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private void AddSettings(IReadOnlyDictionary<string, FilterConfig> filters, Dictionary<string, object> settings)
    {
        foreach ((string type, FilterConfig filter) in filters)
        {
            if (services.FilterSettings(filter) is { } compiled)
            {
                settings[type] = compiled;
            }
        }
    }

    private VirtualHost CompileHost(VirtualHostConfig config, Levels router, string place, List<string> problems)
    {
        Levels host = new(
            _edits.Compile(config.RequestHeadersToAdd, config.RequestHeadersToRemove, isRequest: true, place, problems),
            _edits.Compile(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove, isRequest: false, place, problems));
        Dictionary<string, object> settings = new(StringComparer.Ordinal);
        AddSettings(config.PerFilterConfig, settings);
        List<RouteRule> rules = [];
        foreach ((int i, RouteConfig route) in config.Routes.Index())
        {
            string at = $"{place}, route {i + 1}";
            Route compiled = CompileRoute(route, config.Name, host, router, settings, at, problems);
            rules.Add(RouteRuleCompiler.Compile(route.Match, compiled, at, problems));
        }
        return new VirtualHost(config.Name, [.. rules]);
    }

    private Route CompileRoute(
        RouteConfig config,
        string hostName,
        Levels host,
        Levels router,
        Dictionary<string, object> settings,
        string place,
        List<string> problems)
    {
        RouteActionConfig action = config.Action ?? new RouteActionConfig();
        Levels own = new(
            _edits.Compile(action.RequestHeadersToAdd, action.RequestHeadersToRemove, isRequest: true, place, problems),
            _edits.Compile(action.ResponseHeadersToAdd, action.ResponseHeadersToRemove, isRequest: false, place, problems));
        return new Route
        {
            Kind = config switch
            {
                { DirectResponse: not null } => RouteKind.DirectResponse,
                { Redirect: not null } => RouteKind.Redirect,
                _ => RouteKind.Forward,
            },
            VirtualHostName = hostName,
            TimeoutMs = action.Timeout == TimeSpan.Zero
                ? TimeoutMsDefault
                : (long)Math.Ceiling(Math.Max(0, action.Timeout.TotalMilliseconds)),
            Clusters = CompileClusters(action, place, problems),
            RequestEdits = Some(own.Request, host.Request, router.Request),
            ResponseEdits = Some(own.Response, host.Response, router.Response),
            HostRewrite = CompileHostRewrite(action, place, problems),
            PathRewrite = CompilePathRewrite(config.Match, action, place, problems),
            Redirect = config.Redirect is { } redirect ? CompileRedirect(redirect, place, problems) : null,
            FilterSettings = CompileSettings(config, settings),
            DirectReply = config.DirectResponse is { } direct ? CompileDirect(direct, place, problems) : null,
        };
    }

    private ClusterChoice CompileClusters(RouteActionConfig action, string place, List<string> problems)
    {
        List<(RouteCluster, uint)> weighted =
            [.. action.WeightedClusters.Select(entry => (new RouteCluster(services.Clusters.Get(entry.Name)), entry.Weight))];
        ulong total = action.WeightedClusters.Aggregate(0UL, static (sum, entry) => sum + entry.Weight);
        if (weighted.Count > 0 && total is 0 or > uint.MaxValue)
        {
            problems.Add($"{place}: the weights of the clusters add up to {total}; 1 to {uint.MaxValue} is possible");
            weighted.Clear();
        }
        if (weighted.Count == 0)
        {
            weighted.Add((new RouteCluster(services.Clusters.Get(action.ClusterName)), 1));
        }
        return new ClusterChoice(weighted, services.LoopCount, _seeds.Next());
    }

    private sealed record Levels(HeaderEdits Request, HeaderEdits Response);
}
