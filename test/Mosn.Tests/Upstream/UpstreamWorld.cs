using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Upstream;

/// <summary>A directory of clusters whose pools only note what is asked of them.</summary>
internal sealed class UpstreamWorld
{
    public UpstreamWorld(int loops = 2, ulong seed = 1, params IClusterWatcher[] watchers)
    {
        Registry = new MetricRegistry(loops, StatsMatcher.None);
        Directory = new ClusterDirectory(new ClusterServices
        {
            Registry = Registry,
            Balancers = Mosn.Proxy.Server.Extensions.BuiltIn().Balancers,
            Protocols = FakeProtocols(Pools.Add),
            Watchers = watchers,
            Time = Clock,
            Seed = seed,
        });
    }

    /// <summary>When hosts come and go.</summary>
    public ManualClock Clock { get; } = new();

    public MetricRegistry Registry { get; }

    public ClusterDirectory Directory { get; }

    public List<FakePool> Pools { get; } = [];

    public static ClusterConfig Config(string name, params string[] addresses) => new()
    {
        Name = name,
        Hosts = [.. addresses.Select(HostConfig)],
    };

    public static HostConfig HostConfig(string address)
    {
        Assert.True(NetworkAddress.TryParse(address, out NetworkAddress parsed));
        return new HostConfig { Address = parsed };
    }

    /// <summary>HTTP/1 and HTTP/2, in pools that only note what is asked of them.</summary>
    public static UpstreamProtocols FakeProtocols(Action<FakePool>? onMade = null)
    {
        return new UpstreamProtocols(
        [
            KeyValuePair.Create<StreamProtocol, PoolMaker>(StreamProtocol.Http1, Make),
            KeyValuePair.Create<StreamProtocol, PoolMaker>(StreamProtocol.Http2, Make),
        ]);

        FakePool Make(EventLoop loop, Host host, RoutingPriority priority)
        {
            FakePool pool = new(host);
            onMade?.Invoke(pool);
            return pool;
        }
    }

    public Cluster Add(ClusterConfig config)
    {
        Directory.AddOrUpdate(config);
        return Directory.Get(config.Name).Current!;
    }

    internal sealed class FakePool(Host host) : IConnectionPool
    {
        public Host Host => host;

        public PoolSettings Settings { get; } = host.Cluster.PoolSettings;

        public bool IsClosed { get; private set; }

        public IClientStream? NewStream(IStreamOwner owner, out StreamError error) =>
            throw new NotSupportedException();

        public IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error) =>
            throw new NotSupportedException();

        public void Close() => IsClosed = true;
    }
}
