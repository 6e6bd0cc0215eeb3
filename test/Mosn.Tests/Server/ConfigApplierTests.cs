using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Network;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Server;

public sealed class ConfigApplierTests : IDisposable
{
    private readonly ProxyWorld _world = new(ProxyWorld.Http());
    private readonly ConfigApplier _applier;

    public ConfigApplierTests()
    {
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
        Assert.NotNull(_world.Clusters.Get("upstream").Current);
        _world.Upstream(static peer => peer.OnInput = static self => self.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        MemoryPeer client = _world.Client();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        _world.Run();
        Assert.StartsWith("HTTP/1.1 200", client.ReceivedText, StringComparison.Ordinal);
    }
}
