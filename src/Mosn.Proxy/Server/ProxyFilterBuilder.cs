using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Network;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Server;

/// <summary>From the configuration of a <c>proxy</c> filter to the filter.</summary>
internal static class ProxyFilterBuilder
{
    public static INetworkFilterFactory Build(
        FilterConfig filter, ListenerModel listener, ListenerConfig config, ProxyRuntime runtime)
    {
        ProxyFilterConfig proxy = (ProxyFilterConfig)filter.Typed!;
        bool fallsBack = proxy.FallbackForUnknownProtocol && !IsLast(filter, config);
        ProxyModel model = new()
        {
            ListenerName = listener.Name,
            ListenerType = ConfigNames.ListenerDirection.NameOf(config.Type),
            Router = runtime.Routers.Get(proxy.RouterConfigName),
            RouteHandler = FindHandler(proxy.RouterHandlerName, listener, runtime),
            Protocols = BuildProtocols(proxy, fallsBack, runtime),
            Detection = new DetectionSettings
            {
                TimeoutMs = (long)proxy.DetectionTimeout.TotalMilliseconds,
                FallsBack = fallsBack,
            },
            StreamFilters = BuildFilters(config, listener, runtime),
            AccessLogs = AccessLogs.ForStreams(config.AccessLogs, listener.Name, runtime),
            Log = runtime.Log,
            Seed = runtime.Seed,
            Listener = listener.Metrics,
            Metrics = runtime.Metrics,
        };
        return new ProxyFilterFactory(model, runtime.Loops.Count);
    }

    /// <summary>A protocol that is not built is left out: the configuration's reader has warned of it.</summary>
    internal static ListenerProtocols BuildProtocols(ProxyFilterConfig proxy, bool fallsBack, ProxyRuntime runtime)
    {
        ProtocolRegistry known = runtime.Extensions.Protocols;
        bool isAuto = proxy.ProtocolNames is [ProxyFilterConfig.Auto];
        IEnumerable<ProtocolEntry> protocols = isAuto
            ? known.All
            : proxy.ProtocolNames.Distinct().Select(known.Find).OfType<ProtocolEntry>();
        ServerProtocolServices services = new(proxy.Protocols, runtime.Loops.Count, runtime.Seed, runtime.Metrics);
        return new ListenerProtocols(
            [.. protocols.Select(protocol => (protocol.Match, protocol.Build(services)))],
            detects: isAuto || fallsBack || proxy.ProtocolNames.Count > 1);
    }

    /// <summary>True if there is no other filter to fall back to.</summary>
    private static bool IsLast(FilterConfig filter, ListenerConfig config) =>
        config.FilterChains.All(chain => !chain.Filters.Contains(filter) || chain.Filters[^1] == filter);

    private static IRouteHandler FindHandler(string name, ListenerModel listener, ProxyRuntime runtime)
    {
        RouteHandlerRegistry handlers = runtime.Extensions.RouteHandlers;
        return handlers.Find(name) ?? throw new StartException(
            $"listener '{listener.Name}': there is no route handler '{name}', but {string.Join(", ", handlers.Names)}");
    }

    internal static IStreamFilterFactory[] BuildFilters(
        ListenerConfig config, ListenerModel listener, ProxyRuntime runtime)
    {
        StreamFilterServices services = new()
        {
            ListenerName = listener.Name,
            Metrics = runtime.Metrics,
            LoopCount = runtime.Loops.Count,
            Seed = runtime.Seed,
            Log = runtime.Log,
            Background = runtime.Background,
            UpstreamProtocol = runtime.UpstreamProtocols.Named,
            PodLabels = static () => PodLabels.Read(PodLabels.Path),
            Clusters = runtime.Clusters,
            Regulate = (cluster, config) => runtime.Health.Regulate(() => runtime.Clusters.Get(cluster).Current, config),
        };
        List<IStreamFilterFactory> built = [];
        SplitMix64 seeds = new(runtime.Seed);
        foreach (FilterConfig filter in config.StreamFilters)
        {
            // The configuration's reader has warned of those that are not built.
            if (runtime.Extensions.StreamFilters.Find(filter.Type) is { } builder)
            {
                // Each its own: filters that draw the same numbers would all choose the same requests.
                built.Add(Build(builder, filter, services with { Seed = seeds.Next() }));
            }
        }
        return [.. built];
    }

    private static IStreamFilterFactory Build(
        StreamFilterBuilder builder, FilterConfig filter, StreamFilterServices services)
    {
        try
        {
            return builder(filter, services);
        }
        catch (FormatException e)
        {
            throw new StartException($"listener '{services.ListenerName}', stream filter '{filter.Type}': {e.Message}");
        }
    }
}
