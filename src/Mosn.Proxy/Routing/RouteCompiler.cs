using System.Collections.Frozen;
using System.Text;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>Turns router configurations into tables. Control side, one call at a time.</summary>
internal sealed class RouteCompiler
{
    private const long TimeoutMsDefault = 60_000;

    /// <summary>One for the many routes that say nothing else.</summary>
    private static readonly byte[][] s_webSocketAlone = ["websocket"u8.ToArray()];

    private readonly RouteServices _services;
    private readonly HeaderEditsCompiler _edits;
    private readonly RouteRuleCompiler _rules;
    private readonly ClusterCompiler _clusters;

    public RouteCompiler(RouteServices services)
    {
        RouteVariables variables = new(services.LoopCount, services.Zone);
        _services = services;
        _edits = new HeaderEditsCompiler(variables);
        _rules = new RouteRuleCompiler(variables);
        _clusters = new ClusterCompiler(services, variables);
    }

    /// <summary>Null if there is a problem; every problem is added to the list.</summary>
    public RouteTable? Compile(RouterConfig config, List<string> problems)
    {
        int before = problems.Count;
        Levels router = LevelsOf(config, problems);
        VirtualHostTable domains = new();
        List<VirtualHost> hosts = [];
        foreach ((int i, VirtualHostConfig host) in config.VirtualHosts.Index())
        {
            hosts.Add(CompileHost(host, router, problems));
            foreach (string domain in host.Domains)
            {
                if (domains.TryAdd(domain, i) is { } problem)
                {
                    problems.Add($"{PlaceOf(host)}, domain '{domain}': {problem}");
                }
            }
        }
        if (config.VirtualHosts.Count == 0)
        {
            problems.Add("no virtual host");
        }
        return problems.Count == before ? new RouteTable(config, domains, [.. hosts]) : null;
    }

    /// <summary>Compiles one virtual host of a configuration anew. Null if there is a problem.</summary>
    /// <param name="router">The configuration that it is in.</param>
    public VirtualHost? CompileHost(RouterConfig router, VirtualHostConfig host, List<string> problems)
    {
        int before = problems.Count;
        VirtualHost compiled = CompileHost(host, LevelsOf(router, problems), problems);
        return problems.Count == before ? compiled : null;
    }

    private static HeaderEdits[] Some(params HeaderEdits[] levels) => [.. levels.Where(static level => !level.IsEmpty)];

    private static string PlaceOf(VirtualHostConfig host) => $"virtual host '{host.Name}'";

    private static RouteKind KindOf(RouteConfig config) => config switch
    {
        { DirectResponse: not null } => RouteKind.DirectResponse,
        { Redirect: not null } => RouteKind.Redirect,
        _ => RouteKind.Forward,
    };

    private static byte[][] UpgradesOf(RouteActionConfig action) => action.Upgrades is ["websocket"]
        ? s_webSocketAlone
        : [.. action.Upgrades.Select(static name => Encoding.ASCII.GetBytes(name.ToLowerInvariant()))];

    private static long TimeoutMsOf(RouteActionConfig action) => action.Timeout == TimeSpan.Zero
        ? TimeoutMsDefault
        : (long)Math.Ceiling(Math.Max(0, action.Timeout.TotalMilliseconds));

    private Levels LevelsOf(RouterConfig config, List<string> problems) => new(
        _edits.Compile(config.RequestHeadersToAdd, config.RequestHeadersToRemove, isRequest: true, "", problems),
        _edits.Compile(config.ResponseHeadersToAdd, config.ResponseHeadersToRemove, isRequest: false, "", problems));

    private VirtualHost CompileHost(VirtualHostConfig config, Levels router, List<string> problems)
    {
        string place = PlaceOf(config);
        HostLevels host = new(
            config.Name,
            router,
            new Levels(
                _edits.Compile(config.RequestHeadersToAdd, config.RequestHeadersToRemove, isRequest: true, place, problems),
                _edits.Compile(
                    config.ResponseHeadersToAdd, config.ResponseHeadersToRemove, isRequest: false, place, problems)),
            CompileSettings(config.PerFilterConfig, FrozenDictionary<string, object>.Empty));
        RouteRule[] rules = new RouteRule[config.Routes.Count];
        Route[] routes = new Route[rules.Length];
        foreach ((int i, RouteConfig route) in config.Routes.Index())
        {
            string at = $"{place}, route {i + 1}";
            rules[i] = _rules.Compile(route.Match, at, problems);
            routes[i] = CompileRoute(route, rules[i], host, at, problems);
        }
        return new VirtualHost(config.Name, rules, routes);
    }

    private Route CompileRoute(
        RouteConfig config, RouteRule rule, HostLevels host, string place, List<string> problems)
    {
        RouteActionConfig action = config.Action ?? new RouteActionConfig();
        Levels own = new(
            _edits.Compile(action.RequestHeadersToAdd, action.RequestHeadersToRemove, isRequest: true, place, problems),
            _edits.Compile(action.ResponseHeadersToAdd, action.ResponseHeadersToRemove, isRequest: false, place, problems));
        return new Route
        {
            Kind = KindOf(config),
            Name = config.Name,
            VirtualHostName = host.Name,
            TimeoutMs = TimeoutMsOf(action),
            IdleTimeoutMs = (long)Math.Ceiling(action.IdleTimeout.TotalMilliseconds),
            GrpcTimeoutMsMax = (long)Math.Ceiling(action.MaxGrpcTimeout.TotalMilliseconds),
            Upgrades = UpgradesOf(action),
            Connect = action.Connect,
            TunnelIdleMs = (long)Math.Ceiling(action.TunnelIdleTimeout.TotalMilliseconds),
            Clusters = _clusters.Compile(action, place, problems),
            Hash = _clusters.Compile(action.HashPolicy),
            Retry = RetryPolicyCompiler.Compile(action.RetryPolicy, place, problems),
            Mirror = _clusters.Compile(config.Mirror),
            Priority = action.Priority,
            UpstreamProtocol = _services.UpstreamProtocol(action.UpstreamProtocol),
            RequestEdits = Some(own.Request, host.Own.Request, host.Router.Request),
            ResponseEdits = Some(own.Response, host.Own.Response, host.Router.Response),
            HostRewrite = RewriteCompiler.CompileHost(action, place, problems),
            PathRewrite = RewriteCompiler.CompilePath(config.Match, rule, action, place, problems),
            Redirect = config.Redirect is { } redirect ? AnswerCompiler.Compile(redirect, place, problems) : null,
            FilterSettings = CompileSettings(config.PerFilterConfig, host.Settings),
            DirectReply = config.DirectResponse is { } direct ? AnswerCompiler.Compile(direct, place, problems) : null,
        };
    }

    /// <summary>What a route says about a filter replaces as a whole what its virtual host says.</summary>
    private FrozenDictionary<string, object> CompileSettings(
        IReadOnlyDictionary<string, FilterConfig> filters, FrozenDictionary<string, object> ofHost)
    {
        if (filters.Count == 0)
        {
            return ofHost;
        }
        Dictionary<string, object> settings = new(ofHost, StringComparer.Ordinal);
        foreach ((string type, FilterConfig filter) in filters)
        {
            if (_services.FilterSettings(filter) is { } compiled)
            {
                settings[type] = compiled;
            }
        }
        return settings.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>What headers are changed at one level.</summary>
    private sealed record Levels(HeaderEdits Request, HeaderEdits Response);

    /// <summary>What all routes of a virtual host have in common.</summary>
    private sealed record HostLevels(string Name, Levels Router, Levels Own, FrozenDictionary<string, object> Settings);
}
