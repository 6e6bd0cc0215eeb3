using System.Globalization;

namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckRouterNames(ServerConfig server)
    {
        CheckUnique(server.Routers, static r => r.Name, "router_config_name", "router configuration");
        foreach (RouterConfig router in server.Routers)
        {
            _routers.Add(router.Name);
        }
        IEnumerable<FilterConfig> filters = server.Listeners.SelectMany(static l => l.FilterChains)
            .SelectMany(static c => c.Filters);
        foreach (FilterConfig filter in filters)
        {
            if (filter.Typed is ConnectionManagerFilterConfig { Name.Length: > 0 } manager)
            {
                _routers.Add(manager.Name);
            }
        }
    }

    private void CheckRouter(RouterConfig router)
    {
        CheckHeaders(router.RequestHeadersToAdd, router.ResponseHeadersToAdd);
        CheckVirtualHosts(router.VirtualHosts);
    }

    private void CheckVirtualHosts(IReadOnlyList<VirtualHostConfig> hosts)
    {
        CheckUnique(hosts, static h => h.Name, "name", "virtual host");
        Dictionary<string, VirtualHostConfig> owners = new(StringComparer.Ordinal);
        foreach (VirtualHostConfig host in hosts)
        {
            CheckDomains(host, owners);
            CheckHeaders(host.RequestHeadersToAdd, host.ResponseHeadersToAdd);
            CheckStreamFilters(host.PerFilterConfig);
            CheckUnique(host.Routes, static r => r.Name, "name", "route");
            foreach (RouteConfig route in host.Routes)
            {
                CheckRoute(route);
                CheckStreamFilters(route.PerFilterConfig);
            }
        }
    }

    private void CheckDomains(VirtualHostConfig host, Dictionary<string, VirtualHostConfig> owners)
    {
        if (host.Domains.Count == 0)
        {
            Warning(host, "domains", "no domain; no request ever gets here", expected: "host names, or \"*\"");
        }
        for (int i = 0; i < host.Domains.Count; i++)
        {
            string domain = host.Domains[i];
            ConfigNode? at = PlaceOf(host, "domains") is { Items: var items } && i < items.Count ? items[i] : null;
            at ??= PlaceOf(host, "domains");
            if (VirtualHostDomain.FindError(domain) is { } error)
            {
                context.Problems.Error(at, error, $"\"{domain}\"", "a host name, *.suffix or *, each with :port or :*");
            }
            else if (!owners.TryAdd(VirtualHostDomain.Normalise(domain), host))
            {
                string owner = owners[VirtualHostDomain.Normalise(domain)].Name;
                context.Problems.Error(at, $"virtual host '{owner}' has this domain already", $"\"{domain}\"");
            }
        }
    }

    private void CheckRoute(RouteConfig route)
    {
        CheckMatch(route.Match);
        CheckRedirect(route.Redirect);
        if (route.DirectResponse is { Status: < 200 or > 599 } direct)
        {
            Error(direct, "status", "not a status to answer with", $"{direct.Status}", "200 to 599");
        }
        if (route.Action is null && route.Redirect is null && route.DirectResponse is null)
        {
            Warning(route, "", "this route does nothing", expected: "'route', 'redirect' or 'direct_response'");
        }
        if (route.Mirror is { } mirror)
        {
            CheckCluster(mirror.Cluster, mirror, "cluster");
        }
        if (route.Action is { } action)
        {
            CheckAction(action, isUsed: route.Redirect is null && route.DirectResponse is null);
        }
    }

    private void CheckAction(RouteActionConfig action, bool isUsed)
    {
        CheckCluster(action.ClusterName, action, "cluster_name");
        CheckWeights(action.WeightedClusters);
        CheckHeaders(action.RequestHeadersToAdd, action.ResponseHeadersToAdd);
        CheckClusterChoice(action, isUsed);
        CheckUpstreamProtocol(action.UpstreamProtocol, action, "upstream_protocol");
        CheckHashPolicies(action.HashPolicy);
        if (action.RetryPolicy is { } retry)
        {
            CheckRetryPolicy(retry);
        }
        CheckRewrites(action);
        CheckUpgrades(action);
    }

    private void CheckUpgrades(RouteActionConfig action)
    {
        foreach (string protocol in action.Upgrades)
        {
            if (protocol.Length is 0 or > Protocols.Http1.Http1Upgrade.NameBytesMax || !IsToken(protocol))
            {
                Error(action, "upgrades", "not the name of a protocol", $"\"{protocol}\"", "for example websocket");
            }
            else if (protocol.Equals("h2c", StringComparison.OrdinalIgnoreCase))
            {
                // Requests in a tunnel would go to the host without a look from routes and filters.
                Error(
                    action, "upgrades", "HTTP/2 is spoken with this proxy, not through it", $"\"{protocol}\"",
                    "\"downstream_protocol\": \"Http1,Http2\" on the listener");
            }
        }
    }

    private void CheckClusterChoice(RouteActionConfig action, bool isUsed)
    {
        (string Field, bool IsGiven)[] ways =
        [
            ("weighted_clusters", action.WeightedClusters.Count > 0),
            ("cluster_name", action.ClusterName.Length > 0),
            ("cluster_variable", action.ClusterVariable.Length > 0),
            ("cluster_header", action.ClusterHeader.Length > 0),
        ];
        string[] given = [.. ways.Where(static way => way.IsGiven).Select(static way => way.Field)];
        if (isUsed && given.Length == 0)
        {
            Warning(action, "", "no cluster; requests get a 404", expected: "'cluster_name' or 'weighted_clusters'");
        }
        if (action.ClusterHeader.Length > 0 && !IsToken(action.ClusterHeader))
        {
            Error(action, "cluster_header", "not a header name", $"\"{action.ClusterHeader}\"");
        }

        // A default beside weights is usual in MOSN's configurations, and harmless.
        foreach (string unused in given.Skip(1).Where(static field => field != "cluster_name"))
        {
            Warning(action, unused, $"has no effect beside '{given[0]}'");
        }
    }

    private void CheckRewrites(RouteActionConfig action)
    {
        if (action.AutoHostRewriteHeader.Length > 0 && !IsToken(action.AutoHostRewriteHeader))
        {
            Error(action, "auto_host_rewrite_header", "not a header name", $"\"{action.AutoHostRewriteHeader}\"");
        }
        (string Field, bool IsGiven)[] ofHost =
        [
            ("host_rewrite", action.HostRewrite.Length > 0),
            ("auto_host_rewrite_header", action.AutoHostRewriteHeader.Length > 0),
            ("auto_host_rewrite", action.AutoHostRewrite),
        ];
        string[] given = [.. ofHost.Where(static way => way.IsGiven).Select(static way => way.Field)];
        foreach (string unused in given.Skip(1))
        {
            Warning(action, unused, $"has no effect beside '{given[0]}'");
        }
        if (action.PrefixRewrite.Length > 0 && action.RewriteRegex.Length > 0)
        {
            Warning(action, "regex_rewrite", "has no effect beside 'prefix_rewrite'");
        }
    }

    private void CheckWeights(IReadOnlyList<WeightedClusterConfig> clusters)
    {
        CheckUnique(clusters, static c => c.Name, "cluster.name", "weighted cluster");
        foreach (WeightedClusterConfig cluster in clusters)
        {
            CheckCluster(cluster.Name, cluster, "cluster.name");
        }
        ulong total = clusters.Aggregate(0UL, static (sum, cluster) => sum + cluster.Weight);
        if (clusters.Count > 0 && (total == 0 || total > uint.MaxValue))
        {
            Error(
                clusters[0], "cluster.weight", "the weights add up to a bad sum",
                total.ToString(CultureInfo.InvariantCulture), "1 to 4294967295");
        }
    }

    private void CheckRedirect(RedirectConfig? redirect)
    {
        if (redirect is null)
        {
            return;
        }
        if (redirect.ResponseCode is not (301 or 302 or 303 or 307 or 308))
        {
            Error(
                redirect, "response_code", "not a redirect code", $"{redirect.ResponseCode}",
                "301, 302, 303, 307 or 308");
        }
        string scheme = redirect.SchemeRedirect;
        bool isScheme = scheme.Length == 0
            || (char.IsAsciiLetter(scheme[0])
                && scheme.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-'));
        if (!isScheme)
        {
            Error(redirect, "scheme_redirect", "not a scheme", $"\"{scheme}\"", "for example https");
        }
    }

    private void CheckHeaders(
        IReadOnlyList<HeaderOptionConfig> ofRequests, IReadOnlyList<HeaderOptionConfig> ofResponses)
    {
        foreach (HeaderOptionConfig header in ofRequests.Concat(ofResponses))
        {
            if (!IsToken(header.Key))
            {
                Error(header, "header.key", "not a header name", $"\"{header.Key}\"");
            }
            if (header.Value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                Error(header, "header.value", "a header value must not have line breaks");
            }
        }
    }

    /// <summary>RFC 9110 §5.6.2; an empty name has been reported as missing.</summary>
    private static bool IsToken(string name) =>
        name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
}
