using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Health;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Server;

/// <summary>What all listeners of a process share. Made once, before anything starts.</summary>
internal sealed class ProxyRuntime
{
    /// <param name="loops">All worker loops, in the order of their indexes.</param>
    /// <param name="controlLoop">Carries no traffic; its index comes after those of the others.</param>
    /// <param name="metrics">All counters; made for as many loops.</param>
    /// <param name="logs">All log outputs.</param>
    /// <param name="defaultLogDirectory">Where access logs without a path go.</param>
    /// <param name="connectionsMax">Downstream connections of the process; 0: unbounded.</param>
    /// <param name="seed">Of everything random, so that a test can repeat a run.</param>
    /// <param name="zone">Of times in headers.</param>
    /// <param name="log">For the control side.</param>
    /// <param name="extensions">What a configuration may name.</param>
    /// <param name="nameServers">Whoever is asked for the names of hosts.</param>
    /// <param name="background">Runs work off the loops; null: the thread pool does.</param>
    /// <param name="time">Whose timestamps are the loops' clock; null: the system's.</param>
    public ProxyRuntime(
        IReadOnlyList<EventLoop> loops,
        EventLoop controlLoop,
        MetricRegistry metrics,
        LogFiles logs,
        string defaultLogDirectory,
        long connectionsMax,
        ulong seed,
        TimeZoneInfo zone,
        ILogger log,
        Extensions extensions,
        Func<NameServerSettings, INameServers> nameServers,
        Action<Action>? background = null,
        TimeProvider? time = null)
    {
        Loops = loops;
        Metrics = metrics;
        Logs = logs;
        DefaultLogDirectory = defaultLogDirectory;
        ConnectionLimit = new ConnectionLimit(connectionsMax);
        Log = log;
        Seed = seed;
        UpstreamProtocols = extensions.UpstreamProtocols.Build(new UpstreamProtocolServices(loops.Count, metrics));
        Extensions = extensions;
        HealthServices health = new()
        {
            Loops = loops,
            Registry = metrics,
            Logs = logs,
            Log = log,
            Callbacks = extensions.HealthCallbacks,
            Seed = seed,
        };
        Background = background ?? (static work => ThreadPool.QueueUserWorkItem(static work => work(), work, preferLocal: false));
        Health = new HealthMonitor(background is null ? health : health with { Background = background });
        Names = new DnsDiscovery(controlLoop, nameServers, seed, log);
        Clusters = new ClusterDirectory(new ClusterServices
        {
            Registry = metrics,
            Balancers = extensions.Balancers,
            Protocols = UpstreamProtocols,
            Watchers = [Health, new PoolWarmer(loops), Names, new OriginalDstHosts(controlLoop)],
            Time = time ?? TimeProvider.System,
            Seed = seed,
        });
        Routers = new RouterDirectory(new RouteCompiler(new RouteServices
        {
            Clusters = Clusters,
            UpstreamProtocol = UpstreamProtocols.Named,
            LoopCount = loops.Count,
            Zone = zone,
            Seed = seed,
            FilterSettings = filter => extensions.StreamFilters.FindRouteSettings(filter.Type)?.Invoke(filter),
        }));
    }

    public IReadOnlyList<EventLoop> Loops { get; }

    public MetricRegistry Metrics { get; }

    public LogFiles Logs { get; }

    public string DefaultLogDirectory { get; }

    public ConnectionLimit ConnectionLimit { get; }

    /// <summary>What this process speaks to hosts.</summary>
    public UpstreamProtocols UpstreamProtocols { get; }

    public ClusterDirectory Clusters { get; }

    public RouterDirectory Routers { get; }

    /// <summary>Watches the hosts of all clusters.</summary>
    public HealthMonitor Health { get; }

    /// <summary>All listeners, for connections that were meant for another one than took them.</summary>
    public ListenerDirectory Listeners { get; } = new();

    /// <summary>Clusters whose hosts are found by name.</summary>
    public DnsDiscovery Names { get; }

    public ILogger Log { get; }

    /// <summary>Runs work off the loops.</summary>
    public Action<Action> Background { get; }

    /// <summary>Filters and balancers by name.</summary>
    public Extensions Extensions { get; }

    /// <summary>Of everything random.</summary>
    public ulong Seed { get; }

    /// <summary>The configuration that the process was started with, with what has changed since. Any thread.</summary>
    public MosnConfig InForce(MosnConfig config)
    {
        IReadOnlyList<ClusterConfig> clusters = Clusters.Configs();
        return config with
        {
            Servers = [.. config.Servers.Select(server => server with { Routers = Routers.Configs() })],
            ClusterManager = config.ClusterManager is null && clusters.Count == 0
                ? null
                : (config.ClusterManager ?? new ClusterManagerConfig()) with { Clusters = clusters },
        };
    }
}
