using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Network;
using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Tests.Discovery;

namespace Mosn.Tests.Server;

public sealed class ConfigApplierTests : IDisposable
{
    private readonly FakeNameServer _names = new();
    private readonly Extensions _extensions = Extensions.BuiltIn();
    private readonly ProxyWorld _world;
    private readonly ConfigApplier _applier;

    public ConfigApplierTests()
    {
        _world = new ProxyWorld(ProxyWorld.Http(), extensions: _extensions, names: _names);
        _applier = new ConfigApplier(_world.Runtime, new SystemHostResolver());
        Apply(Read(ProxyWorld.Http()));
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void An_update_is_taken_over_as_a_whole()
    {
        Apply(Other(Read(ProxyWorld.Http())));
        Assert.NotNull(_world.Clusters.Get("other").Current);
        Assert.Null(_world.Clusters.Get("upstream").Current);
    }

    [Fact]
    public void While_an_update_waits_for_name_servers_the_old_routes_have_their_clusters()
    {
        _names.Holds = true;
        MosnConfig config = Other(Read(ProxyWorld.Http(cluster: """, "dns_resolvers": { "servers": ["127.0.0.1"] }""", hosts: 0)));
        ClusterConfig cluster = config.ClusterManager!.Clusters[0] with
        {
            Type = ClusterType.StrictDns,
            Hosts = [DiscoveryWorld.Host("a.test")],
        };
        Task update = _applier.ApplyAsync(
            config with { ClusterManager = config.ClusterManager with { Clusters = [cluster] } }, CancellationToken.None).AsTask();
        _world.Run();
        Assert.False(update.IsCompleted);
        Assert.NotNull(_world.Clusters.Get("other").Current);
        AssertAnswers();
        _world.Advance(5_100);
        _world.Wait(update);
        Assert.Equal(1, _world.Clusters.Count);
    }

    [Fact]
    public void An_update_whose_listener_cannot_be_built_changes_nothing()
    {
        MosnConfig bad = Other(Read(ProxyWorld.Http(
            listener: """, "access_logs": [{ "log_path": "/dev/null/access.log" }]""")));
        Assert.Throws<StartException>(() => Apply(bad));
        AssertUnchanged();
    }

    [Fact]
    public void An_update_whose_router_cannot_be_compiled_changes_nothing()
    {
        // The reader would refuse it; other ways in have no reader.
        MosnConfig config = Other(Read(ProxyWorld.Http()));
        RouterConfig router = config.Servers[0].Routers[0];
        RouterConfig twice = router with { VirtualHosts = [router.VirtualHosts[0], router.VirtualHosts[0]] };
        MosnConfig bad = config with { Servers = [config.Servers[0] with { Routers = [twice] }] };
        StartException problem = Assert.Throws<StartException>(() => Apply(bad));
        Assert.StartsWith("router 'router': ", problem.Message, StringComparison.Ordinal);
        AssertUnchanged();
    }

    [Fact]
    public void An_update_whose_route_has_settings_that_a_filter_has_no_use_for_changes_nothing()
    {
        _extensions.StreamFilters.Add(
            "mine", static (_, _) => throw new NotSupportedException(), static _ => throw new FormatException("no number"));
        MosnConfig config = Other(Read(ProxyWorld.Http()));
        RouterConfig router = config.Servers[0].Routers[0];
        VirtualHostConfig host = router.VirtualHosts[0] with
        {
            PerFilterConfig = new Dictionary<string, FilterConfig> { ["mine"] = new() { Type = "mine" } },
        };
        MosnConfig bad = config with { Servers = [config.Servers[0] with { Routers = [router with { VirtualHosts = [host] }] }] };
        StartException problem = Assert.Throws<StartException>(() => Apply(bad));
        Assert.Equal("router 'router', settings of a stream filter: no number", problem.Message);
        AssertUnchanged();
    }

    private static MosnConfig Read(string text)
    {
        ConfigLoadResult loaded = ConfigLoader.LoadText(Encoding.UTF8.GetBytes(text), ConfigFormat.Json, "m.json");
        Assert.False(loaded.HasErrors, string.Join('\n', loaded.Problems));
        return loaded.Config!;
    }

    /// <summary>The same with a cluster of another name.</summary>
    private static MosnConfig Other(MosnConfig config) => config with
    {
        ClusterManager = config.ClusterManager! with
        {
            Clusters = [config.ClusterManager.Clusters[0] with { Name = "other" }],
        },
    };

    private IReadOnlyList<Listener> Apply(MosnConfig config) =>
        _world.Wait(_applier.ApplyAsync(config, CancellationToken.None).AsTask());

    private void AssertUnchanged()
    {
        Assert.Equal(1, _world.Clusters.Count);
        AssertAnswers();
    }

    private void AssertAnswers()
    {
        Assert.NotNull(_world.Clusters.Get("upstream").Current);
        _world.Upstream(static peer => peer.OnInput = static self => self.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        MemoryPeer client = _world.Client();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        _world.Run();
        Assert.StartsWith("HTTP/1.1 200", client.ReceivedText, StringComparison.Ordinal);
    }
}
