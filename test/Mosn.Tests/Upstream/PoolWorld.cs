using System.Net;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Upstream;

/// <summary>One cluster and its pools over a network in memory; what its HTTP/2 connections do is what the test says.</summary>
internal sealed class PoolWorld : IDisposable
{
    private const int Port = 9000;

    private readonly ClusterDirectory _directory;

    public PoolWorld(ClusterConfig? config = null, int hostCount = 1, int loopCount = 1, MemoryWeather? weather = null)
    {
        Network = new MemoryNetwork(weather);
        for (int i = 0; i < loopCount; i++)
        {
            Network.AddLoop();
        }
        Registry = new MetricRegistry(loopCount, StatsMatcher.None);
        PoolMaker pingPong = PingPongPool.Build(new UpstreamProtocolServices(loopCount, Registry));
        _directory = new ClusterDirectory(new ClusterServices
        {
            Registry = Registry,
            Balancers = Mosn.Proxy.Server.Extensions.BuiltIn().Balancers,
            Protocols = new UpstreamProtocols(
            [
                KeyValuePair.Create(StreamProtocol.Http1, pingPong),
                KeyValuePair.Create<StreamProtocol, PoolMaker>(
                    StreamProtocol.Http2, (loop, host, priority) => new MultiplexPool(loop, host, priority, Make)),
            ]),
            Time = Network.Clock,
            Seed = 1,
        });
        Hosts = [.. Enumerable.Range(0, hostCount).Select(i => Network.Host(
            TransportAddress.From(IPAddress.Loopback, (ushort)(Port + i))))];
        Config = (config ?? new ClusterConfig()) with
        {
            Name = "c",
            Hosts = [.. Enumerable.Range(0, hostCount).Select(i => UpstreamWorld.HostConfig($"127.0.0.1:{Port + i}"))],
        };
        Update(Config);
    }

    public MemoryNetwork Network { get; }

    public MetricRegistry Registry { get; }

    /// <summary>As the test drives them.</summary>
    public MemoryHost[] Hosts { get; }

    public ClusterConfig Config { get; }

    /// <summary>Every HTTP/2 connection so far, in order.</summary>
    public List<FakeMultiplexConnection> Connections { get; } = [];

    public Cluster Cluster => _directory.Get("c").Current!;

    public ClusterBudgets Budgets => Cluster.BudgetsOf(RoutingPriority.Default);

    public static CircuitBreakerConfig[] Bounds(uint connections, uint pending = 0) =>
        [new CircuitBreakerConfig { MaxConnections = connections, MaxPendingRequests = pending }];

    public void Update(ClusterConfig config) => _directory.AddOrUpdate(config);

    public IConnectionPool Pool(int host = 0, int loop = 0, StreamProtocol? protocol = null) =>
        Cluster.Current.Hosts.All[host].PoolOn(Network.Loops[loop], protocol ?? StreamProtocol.Http2)!;

    /// <summary>A request that asks the pool at once.</summary>
    public PoolRequest Ask(int host = 0, int loop = 0, StreamProtocol? protocol = null, bool fresh = false)
    {
        PoolRequest request = new();
        Network.Loops[loop].Post(_ => request.Ask(Pool(host, loop, protocol), fresh), null);
        Network.RunUntilIdle();
        return request;
    }

    public PoolRequest[] Ask(int count) => [.. Enumerable.Range(0, count).Select(_ => Ask())];

    /// <summary>Does something on the first loop, and what follows from it.</summary>
    public void Do(Action action)
    {
        Network.Loops[0].Post(_ => action(), null);
        Network.RunUntilIdle();
    }

    public long Count(UpstreamMetric metric) => Registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "c")).Read(metric);

    public void Dispose()
    {
        foreach (MemoryLoop loop in Network.Loops)
        {
            loop.Buffers.Dispose();
        }
    }

    private FakeMultiplexConnection Make(IMultiplexOwner owner)
    {
        FakeMultiplexConnection connection = new(owner);
        Connections.Add(connection);
        return connection;
    }
}

/// <summary>What a request knows of a pool: its stream, or its place in the queue.</summary>
internal sealed class PoolRequest : IStreamOwner
{
    public PoolRequest() => Waiter = new PoolWaiter(this);

    public PoolWaiter Waiter { get; }

    public IClientStream? Stream { get; private set; }

    public bool IsWaiting => Waiter.State == PoolWaiterState.Waiting;

    /// <summary>True if it got neither a stream nor a place.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>True if it waited in vain.</summary>
    public bool IsGivenUp { get; private set; }

    public bool IsOver => IsRefused || IsGivenUp || (Stream is null && !IsWaiting);

    public StreamErrorKind? Error => Stream?.Error?.Kind;

    public Action<PoolRequest>? OnStream { get; set; }

    public void Ask(IConnectionPool pool, bool fresh = false)
    {
        Stream = fresh ? pool.NewStreamOnFreshConnection(this, out _) : pool.NewStream(this, out _);
        if (Stream is not null)
        {
            OnStream?.Invoke(this);
        }
        else
        {
            IsRefused = !pool.TryWait(Waiter);
        }
    }

    public void OnActivity()
    {
        if (Waiter.State == PoolWaiterState.Ready)
        {
            Stream = Waiter.Take();
            OnStream?.Invoke(this);
        }
        else if (Waiter.State is PoolWaiterState.GivenUp or PoolWaiterState.PoolGone)
        {
            IsGivenUp = true;
            Waiter.Cancel();
        }
    }

    /// <summary>The exchange is over, or the client left.</summary>
    public void End()
    {
        Waiter.Cancel();
        IClientStream? stream = Stream;
        Stream = null;
        stream?.Release();
    }
}
