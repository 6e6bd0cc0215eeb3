using System.Net;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Upstream;

public class ClusterDirectoryTests
{
    private readonly UpstreamWorld _world = new();
    private readonly MemoryNetwork _network = new();

    [Fact]
    public void A_reference_outlives_its_cluster_and_finds_the_next()
    {
        ClusterRef reference = _world.Directory.Get("c");
        Assert.Null(reference.Current);

        Cluster first = _world.Add(UpstreamWorld.Config("c", "10.0.0.1:80"));
        Assert.Same(first, reference.Current);
        Assert.Same(reference, _world.Directory.Get("c"));

        Assert.True(_world.Directory.Remove("c"));
        Assert.Null(reference.Current);
        Assert.False(_world.Directory.Remove("c"));

        Cluster second = _world.Add(UpstreamWorld.Config("c", "10.0.0.1:80"));
        Assert.Same(second, reference.Current);
        Assert.NotSame(first, second);
    }

    [Fact]
    public void An_update_keeps_the_hosts_whose_address_stays()
    {
        MemoryLoop loop = _network.AddLoop();
        Cluster cluster = _world.Add(UpstreamWorld.Config("c", "10.0.0.1:80", "10.0.0.2:80"));
        Host stays = cluster.Current.Hosts.All[1], goes = cluster.Current.Hosts.All[0];
        IConnectionPool kept = stays.PoolOn(loop, StreamProtocol.Http1)!, closed = goes.PoolOn(loop, StreamProtocol.Http1)!;
        stays.Metrics.Add(0, UpstreamMetric.RequestTotal);
        goes.Metrics.Add(0, UpstreamMetric.RequestTotal);
        ClusterSnapshot before = cluster.Current;

        _world.Directory.Apply([UpstreamWorld.Config("c", "10.0.0.3:80", "10.0.0.2:80")]);
        _network.RunUntilIdle();

        Assert.Same(cluster, _world.Directory.Get("c").Current);
        Assert.Same(stays, cluster.Current.Hosts.All[1]);
        Assert.Equal("10.0.0.3:80", cluster.Current.Hosts.All[0].AddressText);
        Assert.Same(kept, stays.PoolOn(loop, StreamProtocol.Http1));
        Assert.Equal(1, stays.Metrics.Read(UpstreamMetric.RequestTotal));
        Assert.Equal([true, false], [((UpstreamWorld.FakePool)closed).IsClosed, ((UpstreamWorld.FakePool)kept).IsClosed]);
        Assert.Same(goes, before.Hosts.All[0]); // A request that began before keeps what it had.
        Assert.DoesNotContain(goes.Metrics, _world.Registry.Snapshot());
        Assert.Contains(stays.Metrics, _world.Registry.Snapshot());
    }

    [Fact]
    public void A_pool_for_a_host_that_is_gone_is_not_kept()
    {
        MemoryLoop loop = _network.AddLoop();
        Cluster cluster = _world.Add(UpstreamWorld.Config("c", "10.0.0.1:80"));
        Host host = cluster.Current.Hosts.All[0];
        _world.Directory.Apply([]);

        UpstreamWorld.FakePool pool = (UpstreamWorld.FakePool)host.PoolOn(loop, StreamProtocol.Http1)!;
        Assert.True(pool.IsClosed);
        host.Metrics.Add(0, UpstreamMetric.RequestTotal);
        cluster.Metrics.Add(0, UpstreamMetric.RequestTotal);
        Assert.DoesNotContain(_world.Registry.Snapshot(), static group => group.Namespace.Contains("cluster.c"));
    }

    [Fact]
    public void New_settings_renew_the_pools_and_keep_the_hosts()
    {
        MemoryLoop loop = _network.AddLoop();
        Cluster cluster = _world.Add(UpstreamWorld.Config("c", "10.0.0.1:80"));
        Host host = cluster.Current.Hosts.All[0];
        UpstreamWorld.FakePool old = (UpstreamWorld.FakePool)host.PoolOn(loop, StreamProtocol.Http1)!;

        _world.Directory.AddOrUpdate(
            UpstreamWorld.Config("c", "10.0.0.1:80") with { IdleTimeout = TimeSpan.FromSeconds(3) });
        UpstreamWorld.FakePool renewed = (UpstreamWorld.FakePool)host.PoolOn(loop, StreamProtocol.Http1)!;
        _network.RunUntilIdle();

        Assert.Same(host, cluster.Current.Hosts.All[0]);
        Assert.NotSame(old, renewed);
        Assert.Equal([true, false], [old.IsClosed, renewed.IsClosed]);
        Assert.Equal(3000, renewed.Settings.ConnectionOptions.IdleTimeoutMs);
    }

    [Fact]
    public void Zeros_stand_for_the_defaults()
    {
        ClusterConfig zeros = UpstreamWorld.Config("c") with
        {
            ConnectTimeout = TimeSpan.Zero,
            MaxRequestPerConn = 0,
            ConnBufferLimitBytes = 0,
        };
        Assert.Equal(
            _world.Add(UpstreamWorld.Config("d")).PoolSettings, _world.Add(zeros).PoolSettings);
        Assert.Equal(1024, _world.Directory.Get("c").Current!.PoolSettings.RequestsPerConnectionMax);
        Assert.Equal(10_000, _world.Directory.Get("c").Current!.PoolSettings.ConnectionOptions.ConnectTimeoutMs);
    }

    [Fact]
    public void The_first_of_two_hosts_with_one_address_counts()
    {
        ClusterConfig config = UpstreamWorld.Config("c") with
        {
            Hosts =
            [
                UpstreamWorld.HostConfig("10.0.0.1:80") with { Weight = 7, HostName = "first" },
                UpstreamWorld.HostConfig("10.0.0.1:80") with { Weight = 9 },
                UpstreamWorld.HostConfig("10.0.0.2:80") with { Weight = 1000 },
            ],
        };
        Cluster cluster = _world.Add(config);
        Assert.Equal(2, cluster.HostCount);
        Assert.Equal((7, "first"), (cluster.Current.Hosts.All[0].Weight, cluster.Current.Hosts.All[0].HostName));
        Assert.Equal((128, null), (cluster.Current.Hosts.All[1].Weight, cluster.Current.Hosts.All[1].HostName));
    }

    [Fact]
    public void Nothing_is_made_for_a_cluster_that_is_not_used()
    {
        int groups = _world.Registry.Snapshot().Count;
        _world.Directory.Apply(
            [.. Enumerable.Range(0, 1000).Select(i => UpstreamWorld.Config($"c{i}", "10.0.0.1:80", "10.0.0.2:80"))]);
        Assert.Equal(1000, _world.Directory.Count);
        Assert.Equal(groups, _world.Registry.Snapshot().Count);
        Assert.Empty(_world.Pools);
    }

    [Fact]
    public async Task Names_are_resolved_once_and_unknown_ones_leave_their_hosts_out()
    {
        Resolver resolver = new(new()
        {
            ["a.test"] = [IPAddress.IPv6Loopback, IPAddress.Parse("10.1.1.1")],
            ["b.test"] = [IPAddress.IPv6Loopback],
        });
        ClusterConfig config = UpstreamWorld.Config("c", "a.test:80", "A.test:81", "b.test:80", "gone.test:80", "10.0.0.1:80");
        HostNames names = await HostNames.ResolveAsync([config], resolver, CancellationToken.None);
        _world.Directory.Apply([config], names);

        Assert.Equal(["gone.test"], names.Unresolved);
        Assert.Equal(3, resolver.Asked);
        Host[] hosts = [.. _world.Directory.Get("c").Current!.Current.Hosts.All];
        Assert.Equal(["a.test:80", "A.test:81", "b.test:80", "10.0.0.1:80"], hosts.Select(static host => host.AddressText));
        Assert.Equal(
            ["10.1.1.1:80", "10.1.1.1:81", "[::1]:80", "10.0.0.1:80"], hosts.Select(static host => host.Address.ToString()));
    }

    [Fact]
    public async Task A_name_that_moved_gets_a_new_host()
    {
        ClusterConfig config = UpstreamWorld.Config("c", "a.test:80");
        Resolver resolver = new(new() { ["a.test"] = [IPAddress.Parse("10.1.1.1")] });
        _world.Directory.Apply([config], await HostNames.ResolveAsync([config], resolver, CancellationToken.None));
        Host before = _world.Directory.Get("c").Current!.Current.Hosts.All[0];
        _ = before.Metrics;

        resolver = new(new() { ["a.test"] = [IPAddress.Parse("10.1.1.2")] });
        _world.Directory.Apply([config], await HostNames.ResolveAsync([config], resolver, CancellationToken.None));
        Host after = _world.Directory.Get("c").Current!.Current.Hosts.All[0];

        Assert.NotSame(before, after);
        Assert.Equal("10.1.1.2:80", after.Address.ToString());
        Assert.NotSame(before.Metrics, after.Metrics);
        Assert.Contains(after.Metrics, _world.Registry.Snapshot());
    }

    private sealed class Resolver(Dictionary<string, IPAddress[]> known) : IHostResolver
    {
        private int _asked;

        public int Asked => _asked;

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string name, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _asked);
            return Task.FromResult<IReadOnlyList<IPAddress>>(known.GetValueOrDefault(name, []));
        }
    }

    [Fact]
    public void A_cluster_without_statistics_knows_its_active_requests_all_the_same()
    {
        MetricRegistry registry = new(loops: 2, new StatsMatcher(RejectAll: true, [], []));
        ClusterDirectory directory = new(new ClusterServices
        {
            Registry = registry,
            Balancers = Mosn.Proxy.Server.Extensions.BuiltIn().Balancers,
            Protocols = new UpstreamProtocols([]),
        });
        directory.AddOrUpdate(UpstreamWorld.Config("one"));
        directory.AddOrUpdate(UpstreamWorld.Config("two"));
        Cluster one = directory.Get("one").Current!, two = directory.Get("two").Current!;
        one.Metrics.Add(loop: 1, UpstreamMetric.RequestActive, 40);
        one.Metrics.Record(loop: 1, UpstreamMetric.RequestDurationTime, 1);
        two.Metrics.Add(loop: 1, UpstreamMetric.RequestActive, 2);
        Assert.Equal((40, 2), (one.Metrics.Read(UpstreamMetric.RequestActive), two.Metrics.Read(UpstreamMetric.RequestActive)));
        Assert.Equal(0, one.Metrics.ReadHistogram((int)UpstreamMetric.RequestDurationTime).Count);
        Assert.Empty(registry.Snapshot());
    }
}
