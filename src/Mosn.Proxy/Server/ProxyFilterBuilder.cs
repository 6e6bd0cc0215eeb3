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
        Http1Config http1 = proxy.Protocols.Http1 ?? new Http1Config();
        ProxyModel model = new()
        {
            ListenerName = listener.Name,
            ListenerType = ConfigNames.ListenerDirection.NameOf(config.Type),
            Router = runtime.Routers.Get(proxy.RouterConfigName),
            RouteHandler = FindHandler(proxy.RouterHandlerName, listener, runtime),
            Http1 = new Http1ServerSettings
            {
                Limits = Protocols.Http1.Http1Limits.Default with
                {
                    HeadBytesMax = http1.MaxHeaderSize,
                    HeaderCountMax = http1.MaxHeaderCount,
                    TargetBytesMax = Math.Min(http1.MaxHeaderSize, Protocols.Http1.Http1Limits.Default.TargetBytesMax),
                },
                HeadTimeoutMs = (long)http1.HeaderTimeout.TotalMilliseconds,
                RequestBodyBytesMax = http1.MaxRequestBodySize,
                BodyRateMin = http1.MinRequestBodyRate,
            },
            StreamFilters = BuildFilters(config, listener, runtime),
            AccessLogs = AccessLogs.ForStreams(config.AccessLogs, listener.Name, runtime),
            Seed = runtime.Seed,
            Listener = listener.Metrics,
            Metrics = runtime.Metrics,
        };
        return new ProxyFilterFactory(model, runtime.Loops.Count);
    }

    private static IRouteHandler FindHandler(string name, ListenerModel listener, ProxyRuntime runtime)
    {
        RouteHandlerRegistry handlers = runtime.Extensions.RouteHandlers;
        return handlers.Find(name) ?? throw new StartException(
            $"listener '{listener.Name}': there is no route handler '{name}', but {string.Join(", ", handlers.Names)}");
    }

    private static IStreamFilterFactory[] BuildFilters(
        ListenerConfig config, ListenerModel listener, ProxyRuntime runtime)
    {
        StreamFilterServices services = new()
        {
            ListenerName = listener.Name,
            Metrics = runtime.Metrics,
            LoopCount = runtime.Loops.Count,
            Seed = runtime.Seed,
            Log = runtime.Log,
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
