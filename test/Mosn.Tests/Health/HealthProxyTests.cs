using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Host = Mosn.Proxy.Upstream.Host;

namespace Mosn.Tests.Health;

/// <summary>The whole proxy: what clients notice of hosts that die, come back, or are taken away.</summary>
public sealed class HealthProxyTests
{
    private const string Checks = """
        , "health_check": {
            "protocol": "Http1", "service_name": "svc", "timeout": "100ms", "interval": "1s",
            "unhealthy_threshold": 2, "check_config": { "http_check_config": { "path": "/health" } } }
        """;

    [Fact]
    public void A_dead_host_gets_no_traffic_until_it_lives_again()
    {
        using ProxyWorld world = new(ProxyWorld.Http(hosts: 3, cluster: Checks));
        MemoryHost[] hosts = [.. Enumerable.Range(0, 3).Select(index => Serve(world, index, status: 200))];
        world.Advance(1500);
        Assert.Equal([3, 3, 3], Ask(world, 9));

        hosts[1].Close();
        foreach (MemoryPeer peer in hosts[1].Peers)
        {
            peer.Reset();
        }
        world.Advance(2100);
        Assert.Equal([5, 0, 5], Ask(world, 10));

        hosts[1] = Serve(world, 1, status: 200);
        world.Advance(1100);
        Assert.Equal([3, 3, 3], Ask(world, 9));

        // Sick, but listening.
        hosts[2].Close();
        Serve(world, 2, status: 500);
        world.Advance(2100);
        Assert.Equal([4, 4, 0], Ask(world, 8));
    }

    [Fact]
    public void A_host_that_answers_badly_is_ejected_and_comes_back()
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            hosts: 3, cluster: """, "outlier_detection": { "consecutive_5xx": 3, "base_ejection_time": "2s" } """));
        Serve(world, 0, status: 200);
        MemoryHost sick = Serve(world, 1, status: 500);
        Serve(world, 2, status: 200);
        Assert.Equal([3, 3, 3], Ask(world, 9, mayFail: true)); // The third bad answer in a row is the last.
        Assert.Equal([5, 0, 5], Ask(world, 10));

        sick.Close();
        foreach (MemoryPeer peer in sick.Peers)
        {
            peer.Reset();
        }
        Serve(world, 1, status: 200);
        Assert.Equal([5, 0, 5], Ask(world, 10));
        world.Advance(2050);
        Assert.Equal([3, 3, 3], Ask(world, 9));
    }

    [Fact]
    public void A_host_that_leaves_ends_its_idle_connections_at_once_and_busy_ones_after_their_exchange()
    {
        using ProxyWorld world = new(ProxyWorld.Http(hosts: 2));
        MemoryHost stays = world.Upstream(index: 0);
        MemoryHost leaves = world.Upstream(index: 1);
        Host gone = world.Runtime.Clusters.Get("upstream").Current!.Current.Hosts.All[1];

        // Two exchanges with each host, of which the second is still under way.
        MemoryPeer[] clients = [.. Enumerable.Range(0, 6).Select(_ => world.Client())];
        foreach (MemoryPeer client in clients)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            world.Run();
        }
        Assert.Equal(3, leaves.Peers.Count);
        leaves.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        leaves.Peers[1].Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        world.Run();

        ClusterConfig config = world.Runtime.Clusters.Get("upstream").Current!.Current.Config;
        world.Runtime.Clusters.AddOrUpdate(config with { Hosts = [config.Hosts[0]] });
        world.Run();
        Assert.Equal([true, false, false], leaves.Peers.Select(static peer => peer.IsOver));
        Assert.DoesNotContain(world.Metrics.Snapshot(), static group => group.Namespace.EndsWith(":9001", StringComparison.Ordinal));
        Assert.Contains(world.Metrics.Snapshot(), static group => group.Namespace.EndsWith(":9000", StringComparison.Ordinal));

        // Both exchanges end well.
        leaves.Peers[1].Send("cd");
        leaves.Peers[2].Send("HTTP/1.1 204 No Content\r\n\r\n");
        world.Run();
        Assert.Equal([true, true, true], leaves.Peers.Select(static peer => peer.IsOver));
        Assert.Equal(3, clients.Count(static client => client.ReceivedText.StartsWith("HTTP/1.1 20", StringComparison.Ordinal)));
        Assert.Contains(clients, static client => client.ReceivedText.EndsWith("abcd", StringComparison.Ordinal));
        Assert.Equal(0, gone.ActiveRequests);
        Assert.Equal(0, gone.ActiveConnections);

        // And nobody asks it again.
        clients[0].Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();
        Assert.Equal(3, leaves.Peers.Count);
        Assert.All(stays.Peers, static peer => Assert.False(peer.IsOver));
    }

    [Fact]
    public void A_cluster_that_goes_closes_what_is_idle_and_stops_its_checks()
    {
        using ProxyWorld world = new(ProxyWorld.Http(hosts: 1, cluster: Checks));
        MemoryHost host = Serve(world, 0, status: 200);
        world.Advance(1500);
        Assert.Equal([2], Ask(world, 2, hosts: 1));
        world.Runtime.Clusters.Remove("upstream");
        world.Advance(5000);
        Assert.Equal(0, world.Runtime.Health.ClusterCount);
        Assert.All(host.Peers, static peer => Assert.True(peer.IsOver));
        Assert.DoesNotContain(world.Metrics.Snapshot(), static group => group.Schema.Type is "healthcheck" or "upstream");
        Assert.Empty(world.Leaks());
    }

    /// <summary>An upstream that answers everything with that status, and its index as the body.</summary>
    private static MemoryHost Serve(ProxyWorld world, int index, int status) => world.Upstream(
        peer => peer.OnInput = self =>
        {
            if (self.ReceivedText.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                self.ClearReceived();
                self.Send($"HTTP/1.1 {status} X\r\nContent-Length: 1\r\n\r\n{index}");
            }
        },
        index);

    /// <summary>Sends requests one after the other, and counts which host answered how many.</summary>
    private static int[] Ask(ProxyWorld world, int count, int hosts = 3, bool mayFail = false)
    {
        int[] answers = new int[hosts];
        MemoryPeer client = world.Client();
        for (int i = 0; i < count; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            world.Run();
            Assert.StartsWith(mayFail ? "HTTP/1.1 " : "HTTP/1.1 200", client.ReceivedText);
            answers[client.ReceivedText[^1] - '0']++;
            client.ClearReceived();
        }
        client.Close();
        world.Run();
        return answers;
    }
}
