using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Grpc;
using Mosn.Proxy.Network;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Server;

/// <summary>
/// From the configuration of a <c>grpc</c> filter to the filter: a proxy whose one route leads to a cluster of its own, and
/// its one host to a service in this process. So a call has filters, deadlines, logs and counters as any other.
/// </summary>
internal static class GrpcFilterBuilder
{
    private static readonly ProxyFilterConfig s_anyProtocol = new() { DownstreamProtocol = ProxyFilterConfig.Auto };

    public static INetworkFilterFactory Build(
        FilterConfig filter, ListenerModel listener, ListenerConfig config, ProxyRuntime runtime)
    {
        GrpcFilterConfig grpc = (GrpcFilterConfig)filter.Typed!;
        string name = $"grpc.{grpc.ServerName}";
        ClusterDirectory clusters = ClusterOf(name, BuildService(grpc, listener, runtime), runtime);
        ProxyModel model = new()
        {
            ListenerName = listener.Name,
            ListenerType = ConfigNames.ListenerDirection.NameOf(config.Type),
            Router = RouterTo(clusters, name, runtime),
            RouteHandler = new FirstRouteHandler(),
            Protocols = ProxyFilterBuilder.BuildProtocols(s_anyProtocol, fallsBack: false, runtime),
            Detection = new DetectionSettings(),
            StreamFilters = ProxyFilterBuilder.BuildFilters(config, listener, runtime),
            AccessLogs = AccessLogs.ForStreams(config.AccessLogs, listener.Name, runtime),
            Log = runtime.Log,
            Seed = runtime.Seed,
            Listener = listener.Metrics,
            Metrics = runtime.Metrics,
        };
        long stopMs = (long)grpc.GracefulStopTimeout.TotalMilliseconds;
        return new GrpcFilterFactory(new ProxyFilterFactory(model, runtime.Loops.Count), stopMs);
    }

    private static GrpcService BuildService(GrpcFilterConfig grpc, ListenerModel listener, ProxyRuntime runtime)
    {
        GrpcServiceRegistry known = runtime.Extensions.GrpcServices;
        GrpcServiceBuilder build = known.Find(grpc.ServerName) ?? throw new StartException(
            $"listener '{listener.Name}': this binary has no gRPC service '{grpc.ServerName}'"
            + (known.Names.Count > 0 ? $", but {string.Join(", ", known.Names)}" : ""));
        try
        {
            return build(new GrpcServiceSettings
            {
                ListenerName = listener.Name,
                Config = grpc.ServerConfig,
                Metrics = runtime.Metrics,
                Log = runtime.Log,
            });
        }
        catch (FormatException e)
        {
            throw new StartException($"listener '{listener.Name}', gRPC service '{grpc.ServerName}': {e.Message}");
        }
    }

    /// <summary>The cluster stands in a directory of its own: no configuration names, changes or removes it.</summary>
    private static ClusterDirectory ClusterOf(string name, GrpcService service, ProxyRuntime runtime)
    {
        StreamProtocol protocol = new(name);
        PoolMaker makePool = (loop, host, _) => new GrpcServicePool(loop, host, service);
        ClusterDirectory clusters = new(new ClusterServices
        {
            Registry = runtime.Metrics,
            Balancers = runtime.Extensions.Balancers,
            Protocols = new UpstreamProtocols([KeyValuePair.Create(protocol, makePool)]),
            Seed = runtime.Seed,
        });
        clusters.AddOrUpdate(new ClusterConfig
        {
            Name = name,
            Protocol = name,
            Hosts = [new HostConfig { Address = NetworkAddress.FromPath(name) }],
        });
        return clusters;
    }

    private static RouterRef RouterTo(ClusterDirectory clusters, string name, ProxyRuntime runtime)
    {
        RouterDirectory routers = new(new RouteCompiler(new RouteServices
        {
            Clusters = clusters,
            LoopCount = runtime.Loops.Count,
            Zone = TimeZoneInfo.Utc,
            Seed = runtime.Seed,
        }));
        IReadOnlyList<string> problems = routers.AddOrUpdate(new RouterConfig
        {
            Name = name,
            VirtualHosts =
            [
                new VirtualHostConfig
                {
                    Name = name,
                    Domains = ["*"],
                    Routes =
                    [
                        new RouteConfig
                        {
                            Match = new RouteMatchConfig { Prefix = "/" },
                            Action = new RouteActionConfig { ClusterName = name, Timeout = TimeSpan.FromSeconds(-1) },
                        },
                    ],
                },
            ],
        });
        Check.That(problems.Count == 0);
        return routers.Get(name);
    }
}
