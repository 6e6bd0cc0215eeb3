using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Upstream;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Testing;

/// <summary>
/// The whole proxy in memory: its listeners, filters, routers and clusters as a configuration says, over the loops of a
/// <see cref="MemoryNetwork"/>. Clients and upstreams are peers that the test drives.
/// </summary>
internal sealed class ProxyWorld : IDisposable
{
    /// <summary>The port of the default configuration's listener.</summary>
    public const int ListenerPort = 2045;

    /// <summary>The port of the default configuration's one upstream host.</summary>
    public const int UpstreamPort = 9000;

    private readonly LogWriter _writer;

    /// <param name="config">A MOSN configuration.</param>
    /// <param name="weather">What the network does; null for a fine day.</param>
    /// <param name="loopCount">How many loops the proxy runs on.</param>
    /// <param name="connectionsMax">Downstream connections of the process; 0: unbounded.</param>
    /// <param name="extensions">Filters and balancers; null: those of the product.</param>
    /// <param name="prepare">Opens what must be there before the proxy starts.</param>
    /// <param name="names">Answers for the names of hosts; null: knows none.</param>
    public ProxyWorld(
        string config,
        MemoryWeather? weather = null,
        int loopCount = 1,
        long connectionsMax = 0,
        Extensions? extensions = null,
        Action<MemoryNetwork>? prepare = null,
        FakeNameServer? names = null)
    {
        extensions ??= Extensions.BuiltIn();
        Network = new MemoryNetwork(weather);
        prepare?.Invoke(Network);
        EventLoop[] loops = [.. Enumerable.Range(0, loopCount).Select(_ => Network.AddLoop())];
        Metrics = new MetricRegistry(loopCount, StatsMatcher.None);
        _writer = new LogWriter(Metrics.Self);
        LogFiles logs = new(_writer, Metrics, Network.Clock);
        Runtime = new ProxyRuntime(
            loops,
            Network.AddLoop(),
            Metrics,
            logs,
            Path.GetTempPath(),
            connectionsMax,
            seed: 1,
            TimeZoneInfo.Utc,
            NullLogger.Instance,
            extensions,
            _ => names ?? new FakeNameServer(),
            static work => work(),
            Network.Clock);
        ConfigApplier applier = new(Runtime, new SystemHostResolver());

        ConfigLoadResult loaded = ConfigLoader.LoadText(
            Encoding.UTF8.GetBytes(config),
            ConfigFormat.Json,
            "world.json",
            new ConfigLoadOptions
            {
                Protocols = extensions.Protocols.Names,
                UpstreamProtocols = extensions.UpstreamProtocols.Names,
                StreamFilters = extensions.StreamFilters.Types,
                Syntax = ConfigSyntaxes.BuiltIn,
            });
        if (loaded.HasErrors || loaded.Config is null)
        {
            throw new InvalidDataException(string.Join("\n", loaded.Problems));
        }
        Listeners = Wait(applier.ApplyAsync(loaded.Config, CancellationToken.None).AsTask());
        foreach (Listener listener in Listeners)
        {
            Wait(listener.OpenAsync().AsTask());
        }
    }

    /// <summary>The network, the clock and the loops.</summary>
    public MemoryNetwork Network { get; }

    /// <summary>All clusters.</summary>
    public ClusterDirectory Clusters => Runtime.Clusters;

    /// <summary>In the order of the configuration; all are open.</summary>
    public IReadOnlyList<Listener> Listeners { get; }

    /// <summary>Clusters and routers, which a test may change under load.</summary>
    public ProxyRuntime Runtime { get; }

    /// <summary>All counters.</summary>
    public MetricRegistry Metrics { get; }

    /// <summary>Where the default configuration's listener listens.</summary>
    public static TransportAddress ListenerAddress => TransportAddress.From(IPAddress.Loopback, ListenerPort);

    /// <summary>Where the default configuration's upstream host is.</summary>
    public static TransportAddress UpstreamAddress => TransportAddress.From(IPAddress.Loopback, UpstreamPort);

    /// <summary>
    /// A configuration with one listener that sends everything to one cluster. The parameters are JSON members, each with
    /// a comma before it.
    /// </summary>
    /// <param name="listener">More of the listener.</param>
    /// <param name="cluster">More of the cluster.</param>
    /// <param name="route">More of the route's action.</param>
    /// <param name="proxy">More of the proxy filter.</param>
    /// <param name="hosts">How many upstream hosts, on ports from <see cref="UpstreamPort"/>.</param>
    public static string Http(
        string listener = "", string cluster = "", string route = "", string proxy = "", int hosts = 1) => $$"""
        {
          "servers": [{
            "routers": [{
              "router_config_name": "router",
              "virtual_hosts": [{
                "name": "all", "domains": ["*"],
                "routers": [{
                  "match": { "prefix": "/" },
                  "route": { "cluster_name": "upstream"{{route}} }
                }]
              }]
            }],
            "listeners": [{
              "name": "in", "address": "127.0.0.1:{{ListenerPort}}", "bind_port": true,
              "filter_chains": [{ "filters": [{
                "type": "proxy",
                "config": {
                  "downstream_protocol": "Http1", "upstream_protocol": "Http1",
                  "router_config_name": "router"{{proxy}}
                }
              }] }]{{listener}}
            }]
          }],
          "cluster_manager": { "clusters": [{{Cluster(cluster, hosts)}}] }
        }
        """;

    /// <summary>A configuration with one listener that relays bytes to one cluster.</summary>
    public static string Tcp(string listener = "", string cluster = "", string proxy = "", int hosts = 1) => $$"""
        {
          "servers": [{
            "listeners": [{
              "name": "in", "address": "127.0.0.1:{{ListenerPort}}", "bind_port": true,
              "filter_chains": [{ "filters": [{
                "type": "tcp_proxy", "config": { "cluster": "upstream"{{proxy}} }
              }] }]{{listener}}
            }]
          }],
          "cluster_manager": { "clusters": [{{Cluster(cluster, hosts)}}] }
        }
        """;

    /// <summary>A client of the first listener.</summary>
    public MemoryPeer Client() => Network.Connect(ListenerAddress);

    /// <summary>Opens the default configuration's upstream host, or another of its hosts.</summary>
    public MemoryHost Upstream(Action<MemoryPeer>? onPeer = null, int index = 0) =>
        Network.Host(UpstreamAddress.WithPort((ushort)(UpstreamPort + index)), onPeer);

    /// <summary>Runs the world until it is idle.</summary>
    public void Run() => Network.RunUntilIdle();

    /// <summary>Moves time on, running what falls due.</summary>
    public void Advance(long ms) => Network.Advance(ms);

    /// <summary>A counter over all listeners.</summary>
    public long Count(DownstreamMetric metric) => Metrics.Downstream.Read(metric);

    /// <summary>A counter of the default configuration's cluster.</summary>
    public long Count(UpstreamMetric metric) =>
        Metrics.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "upstream")).Read(metric);

    /// <summary>A counter of the proxy itself.</summary>
    public long Count(SelfMetric metric) => Metrics.Self.Read(metric);

    /// <summary>Writes the log lines that wait.</summary>
    public void WriteLogs() => _writer.DrainOnce();

    /// <summary>Runs the world until the control side's task is done, and gives its result.</summary>
    public T Wait<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            Network.RunUntilIdle();
            Thread.Yield(); // A continuation may be on its way through the thread pool.
        }
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs the world until the control side's task is done.</summary>
    public void Wait(Task task) => Wait(AsTask(task));

    /// <summary>
    /// Everything that a world without connections must have given back. Call it when the last client is gone and idle
    /// upstream connections have timed out or were closed.
    /// </summary>
    /// <returns>What was not given back; empty if all was.</returns>
    public IReadOnlyList<string> Leaks()
    {
        List<string> leaks = [];
        Add("chunks", Network.RentedChunks);
        Add("transports", Network.OpenTransports);
        Add("downstream connections", Count(DownstreamMetric.ConnectionActive));
        Add("downstream requests", Count(DownstreamMetric.RequestActive));
        Add("upstream connections", Count(UpstreamMetric.ConnectionActive));
        Add("upstream requests", Count(UpstreamMetric.RequestActive));
        Add("listed connections", Listeners.Sum(listener => listener.ConnectionCount));
        Add(
            "downstream connections opened but not closed",
            Count(DownstreamMetric.ConnectionTotal) - Count(DownstreamMetric.ConnectionDestroy));
        return leaks;

        void Add(string what, long count)
        {
            if (count != 0)
            {
                leaks.Add($"{count} {what}");
            }
        }
    }

    /// <summary>Ends what the world holds outside of memory.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        foreach (MemoryLoop loop in Network.Loops)
        {
            loop.Buffers.Dispose();
        }
    }

    private static string Cluster(string more, int hosts) => $$"""
        {
          "name": "upstream", "type": "SIMPLE", "lb_type": "LB_ROUNDROBIN",
          "hosts": [{{string.Join(", ", Enumerable.Range(0, hosts).Select(i =>
            $$"""{ "address": "127.0.0.1:{{UpstreamPort + i}}" }"""))}}]{{more}}
        }
        """;

    private static async Task<int> AsTask(Task task)
    {
        await task;
        return 0;
    }
}
