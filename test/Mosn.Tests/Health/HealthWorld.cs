using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Upstream;
using Mosn.Transport;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Health;

/// <summary>
/// Clusters whose hosts are watched, over loops in memory and a clock that the test turns. Hosts of a cluster are 10.0.0.1,
/// 10.0.0.2 and so on, with port 80; a test opens those that shall live.
/// </summary>
internal sealed class HealthWorld : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("mosn-health-").FullName;
    private readonly LogWriter _writer;
    private readonly Dictionary<int, MemoryHost> _open = [];

    public HealthWorld(int loops = 2, ulong seed = 1, MemoryWeather? weather = null, HealthCallbackRegistry? callbacks = null)
    {
        Network = new MemoryNetwork(weather);
        Loops = [.. Enumerable.Range(0, loops).Select(_ => Network.AddLoop())];
        Registry = new MetricRegistry(loops, StatsMatcher.None);
        _writer = new LogWriter(Registry.Self);
        Monitor = new HealthMonitor(new HealthServices
        {
            Loops = Loops,
            Registry = Registry,
            Logs = new LogFiles(_writer, Registry, Network.Clock, static work => work()),
            Log = NullLogger.Instance,
            Callbacks = callbacks ?? new HealthCallbackRegistry(),
            Seed = seed,
            Background = Run,
        });
        Directory = new ClusterDirectory(new ClusterServices
        {
            Registry = Registry,
            Balancers = Extensions.BuiltIn().Balancers,
            Protocols = UpstreamWorld.FakeProtocols(),
            Watchers = [Monitor],
            Seed = seed,
        });
    }

    public MemoryNetwork Network { get; }

    public MemoryLoop[] Loops { get; }

    public MetricRegistry Registry { get; }

    public HealthMonitor Monitor { get; }

    public ClusterDirectory Directory { get; }

    /// <summary>Where an event log may be.</summary>
    public string LogPath => Path.Combine(_folder, "health.log");

    /// <summary>Work for the control side that waits while <see cref="HoldsBackground"/>.</summary>
    public Queue<Action> Held { get; } = new();

    public bool HoldsBackground { get; set; }

    /// <summary>Quick checks: 100 ms of timeout, one each second, without jitter to speak of.</summary>
    public static HealthCheckConfig Checks => new()
    {
        ServiceName = "svc",
        Timeout = TimeSpan.FromMilliseconds(100),
        Interval = TimeSpan.FromSeconds(1),
        IntervalJitter = TimeSpan.FromTicks(1),
        InitialDelay = TimeSpan.FromSeconds(1),
    };

    public static TransportAddress Address(int number, ushort port = 80) =>
        TransportAddress.From(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), port);

    public static ClusterConfig Config(int hosts, HealthCheckConfig? checks, OutlierDetectionConfig? outliers = null) =>
        Config([.. Enumerable.Range(1, hosts)], checks, outliers);

    public static ClusterConfig Config(int[] hosts, HealthCheckConfig? checks, OutlierDetectionConfig? outliers = null) =>
        UpstreamWorld.Config("c", [.. hosts.Select(static number => $"10.0.{number >> 8}.{number & 0xFF}:80")]) with
        {
            HealthCheck = checks,
            OutlierDetection = outliers,
        };

    /// <summary>Adds the cluster, or updates it.</summary>
    public Cluster Apply(ClusterConfig config)
    {
        Directory.AddOrUpdate(config);
        Network.RunUntilIdle();
        return Directory.Get(config.Name).Current!;
    }

    /// <summary>Lets a host listen.</summary>
    public MemoryHost Open(int number, Action<MemoryPeer>? onPeer = null, ushort port = 80)
    {
        MemoryHost host = Network.Host(Address(number, port), onPeer);
        _open[number] = host;
        return host;
    }

    /// <summary>Lets a host answer every request with these bytes.</summary>
    public MemoryHost Answer(int number, string response, ushort port = 80) => Open(
        number,
        peer => peer.OnInput = self =>
        {
            if (self.ReceivedText.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                self.ClearReceived();
                self.Send(response);
            }
        },
        port);

    /// <summary>Stops a host: connects to it are refused.</summary>
    public void Close(int number) => _open[number].Close();

    public void Advance(long ms) => Network.Advance(ms);

    /// <summary>The hosts that get requests, by their numbers.</summary>
    public static int[] Healthy(Cluster cluster)
    {
        List<int> numbers = [];
        foreach (Host host in cluster.Current.Hosts.Healthy)
        {
            string[] parts = host.AddressText.Split('.', ':');
            numbers.Add((int.Parse(parts[2]) << 8) + int.Parse(parts[3]));
        }
        return [.. numbers];
    }

    public long Count(CheckMetric metric, string service = "svc") =>
        Registry.Snapshot().FirstOrDefault(group => group.Namespace == $"service.{service}")?.Read((int)metric) ?? 0;

    public long Count(int outlierMetric) => Registry.Snapshot()
        .FirstOrDefault(group => ReferenceEquals(group.Schema, OutlierMetrics.Schema))?.Read(outlierMetric) ?? 0;

    /// <summary>Lines of the event log so far.</summary>
    public string[] LogLines()
    {
        _writer.DrainOnce();
        return File.ReadAllLines(LogPath);
    }

    /// <summary>Does what was held for the control side.</summary>
    public void RunHeld()
    {
        while (Held.TryDequeue(out Action? work))
        {
            work();
        }
    }

    /// <summary>What the checks of clusters that are gone have left behind; empty if nothing.</summary>
    public IReadOnlyList<string> Leaks()
    {
        List<string> leaks = [];
        if (Network.OpenTransports != 0)
        {
            leaks.Add($"{Network.OpenTransports} transports");
        }
        if (Network.RentedChunks != 0)
        {
            leaks.Add($"{Network.RentedChunks} chunks");
        }
        if (Monitor.ClusterCount != 0)
        {
            leaks.Add($"{Monitor.ClusterCount} watched clusters");
        }
        leaks.AddRange(Registry.Snapshot()
            .Where(static group => group.Schema.Type is "healthcheck" or "outlier_detection")
            .Select(static group => group.Namespace));
        return leaks;
    }

    public void Dispose()
    {
        _writer.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private void Run(Action work)
    {
        if (HoldsBackground)
        {
            Held.Enqueue(work);
        }
        else
        {
            work();
        }
    }
}
