namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckListeners(ServerConfig server)
    {
        CheckUnique(server.Listeners, NameOf, "name", "listener");
        Dictionary<string, ListenerConfig> bound = new(StringComparer.Ordinal);
        foreach (ListenerConfig listener in server.Listeners)
        {
            CheckAddress(listener, bound);
            CheckChains(listener);
            foreach (FilterConfig filter in listener.StreamFilters)
            {
                CheckStreamFilter(filter);
            }
        }
    }

    private static string NameOf(ListenerConfig listener) =>
        listener.Name.Length > 0 ? listener.Name : listener.Address?.ToString() ?? "";

    private void CheckAddress(ListenerConfig listener, Dictionary<string, ListenerConfig> bound)
    {
        if (listener.Address is not { } address)
        {
            return;
        }
        bool isPath = address.Kind == NetworkAddressKind.Unix;
        if (isPath != (listener.Network == ListenerNetwork.Unix) && PlaceHas(listener, "network"))
        {
            Error(
                listener, "address", "the address does not fit the network", $"\"{address}\"",
                isPath ? "network \"unix\"" : "a path");
        }
        string key = isPath ? address.ToString() : $"{listener.Network} {address}";
        if (listener.BindPort && (isPath || address.Port != 0) && !bound.TryAdd(key, listener))
        {
            Error(listener, "address", $"listener '{NameOf(bound[key])}' has this address already", $"\"{address}\"");
        }
    }

    private bool PlaceHas(object record, string field) => context.OriginOf(record)?.Find(field) is not null;

    private void CheckChains(ListenerConfig listener)
    {
        if (listener.FilterChains.Count != 1 && PlaceHas(listener, "filter_chains"))
        {
            Error(
                listener, "filter_chains", "wrong number of filter chains", $"{listener.FilterChains.Count}",
                "exactly one");
        }
        foreach (FilterChainConfig chain in listener.FilterChains)
        {
            if (chain.TlsContext is not null && chain.TlsContextSet.Count > 0)
            {
                Error(chain, "tls_context", "'tls_context' and 'tls_context_set' are both given; keep one of them");
            }
            CheckTls(chain.TlsContext);
            foreach (TlsContextConfig tls in chain.TlsContextSet)
            {
                CheckTls(tls);
            }
            if (chain.Filters.Count == 0 && PlaceHas(chain, "filters"))
            {
                Error(chain, "filters", "no network filter", expected: "at least one");
            }
            foreach (FilterConfig filter in chain.Filters)
            {
                CheckFilter(filter);
            }
            if (chain.Filters is [.., { Typed: ProxyFilterConfig { FallbackForUnknownProtocol: true } } last])
            {
                Warning(
                    last, "config.fallback_for_unknown_protocol",
                    "no filter follows this one; connections of unknown protocols are closed");
            }
        }
    }

    private void CheckFilter(FilterConfig filter)
    {
        switch (filter.Typed)
        {
            case ProxyFilterConfig proxy:
                CheckProxy(proxy, filter);
                break;
            case TcpProxyFilterConfig tcp:
                CheckTcpProxy(tcp, filter);
                break;
            case UdpProxyFilterConfig udp:
                CheckCluster(udp.Cluster, filter, "config.cluster");
                break;
            case ConnectionManagerFilterConfig manager:
                CheckVirtualHosts(manager.VirtualHosts);
                break;
            case GrpcFilterConfig { ServerName.Length: > 0 } grpc when context.Options.GrpcServices is { } known:
                if (!known.Contains(grpc.ServerName))
                {
                    Error(
                        filter, "config.server_name", "this binary has no such gRPC service", $"\"{grpc.ServerName}\"",
                        known.Count > 0 ? string.Join(", ", known) : "one that its program adds, see docs/grpc.md",
                        NearestMatch.Of(grpc.ServerName, known));
                }
                break;
            default:
                break;
        }
    }

    private void CheckProxy(ProxyFilterConfig proxy, FilterConfig filter)
    {
        if (proxy.ProtocolNames is { Count: > 1 } names && names.Contains(ProxyFilterConfig.Auto))
        {
            Warning(
                filter, "config.downstream_protocol", "Auto beside other protocols has no effect",
                $"\"{proxy.DownstreamProtocol}\"", "Auto alone, or protocols joined by commas");
        }
        foreach (string protocol in proxy.ProtocolNames)
        {
            if (context.Options.Protocols.Contains(protocol))
            {
                continue;
            }
            if (!FilterKinds.Protocols.Contains(protocol) && proxy.DownstreamProtocol != "X")
            {
                Error(
                    filter, "config.downstream_protocol", "unknown protocol", $"\"{protocol}\"",
                    string.Join(", ", context.Options.ProtocolNames),
                    NearestMatch.Of(protocol, context.Options.ProtocolNames));
            }
            else if (!ConfigCapabilities.Has("protocol", protocol))
            {
                Warning(filter, "config.downstream_protocol", $"not supported yet: protocol {protocol}");
            }
        }
        if (proxy.RouterHandlerName.Length > 0 && !context.Options.RouteHandlers.Contains(proxy.RouterHandlerName))
        {
            Error(
                filter, "config.router_handler_name", "unknown route handler", $"\"{proxy.RouterHandlerName}\"",
                string.Join(", ", context.Options.RouteHandlers),
                NearestMatch.Of(proxy.RouterHandlerName, context.Options.RouteHandlers));
        }
        if (proxy.RouterConfigName.Length == 0)
        {
            Warning(filter, "config.router_config_name", "no router configuration; every request gets a 404");
        }
        else if (!_routers.Contains(proxy.RouterConfigName) && !_isDynamic)
        {
            Warning(
                filter, "config.router_config_name", "no such router configuration; requests get a 404",
                $"\"{proxy.RouterConfigName}\"", null, NearestMatch.Of(proxy.RouterConfigName, _routers));
        }
    }

    private void CheckTcpProxy(TcpProxyFilterConfig tcp, FilterConfig filter)
    {
        if (tcp.Cluster.Length == 0 && tcp.WeightedClusters.Count == 0 && tcp.Routes.Count == 0)
        {
            Error(filter, "config", "no cluster to connect to", expected: "'cluster', 'weighted_clusters' or 'routes'");
        }
        CheckCluster(tcp.Cluster, filter, "config.cluster");
        CheckWeights(tcp.WeightedClusters);
        foreach (StreamRouteConfig route in tcp.Routes)
        {
            CheckCluster(route.Cluster, route, "cluster");
        }
    }

    /// <summary>An unknown cluster is a warning: one may be added while the proxy runs.</summary>
    private void CheckCluster(string name, object record, string field)
    {
        if (name.Length > 0 && !_clusters.Contains(name) && !_isDynamic)
        {
            Warning(record, field, "no such cluster", $"\"{name}\"", null, NearestMatch.Of(name, _clusters));
        }
    }
}
