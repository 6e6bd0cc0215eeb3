using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Upstream;

/// <summary>Bounds on connections, requests and waiting ones, through the whole proxy.</summary>
public class ConnectionBoundTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public void Requests_wait_in_order_for_the_one_connection_there_may_be()
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""");
        MemoryHost host = world.Upstream();
        MemoryPeer[] clients = [.. Enumerable.Range(0, 4).Select(_ => Ask(world))];
        MemoryPeer only = Assert.Single(host.Peers);
        foreach (MemoryPeer client in clients)
        {
            Assert.Equal(Get.Length, only.ReceivedText.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 - Extra(only));
            only.ClearReceived();
            Assert.Equal("", client.ReceivedText);
            only.Send(Ok);
            world.Run();
            Assert.EndsWith("ok", client.ReceivedText);
        }
        Assert.Single(host.Peers);
        End(world, [host], clients);
    }

    [Fact]
    public void A_request_that_waits_too_long_is_a_503_and_leaves_its_place()
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""", """, "pending_timeout": "2s" """);
        MemoryHost host = world.Upstream();
        MemoryPeer first = Ask(world), second = Ask(world);
        world.Advance(1_500);
        MemoryPeer third = Ask(world);
        Assert.Equal("", second.ReceivedText);
        world.Advance(600);
        Assert.StartsWith("HTTP/1.1 503 ", second.ReceivedText);
        Assert.Equal("", third.ReceivedText);
        Assert.Equal(1, world.Count(UpstreamMetric.RequestPendingOverflow));

        host.Peers[0].Send(Ok);
        world.Run();
        host.Peers[0].Send(Ok);
        world.Run();
        Assert.EndsWith("ok", first.ReceivedText);
        Assert.EndsWith("ok", third.ReceivedText);
        End(world, [host], first, second, third);
    }

    [Fact]
    public void A_request_that_finds_the_queue_full_is_refused_at_once()
    {
        using ProxyWorld world = World("""{ "max_connections": 1, "max_pending_requests": 1 }""");
        MemoryHost host = world.Upstream();
        MemoryPeer first = Ask(world), second = Ask(world), third = Ask(world);
        Assert.StartsWith("HTTP/1.1 503 ", third.ReceivedText);
        Assert.Equal("", second.ReceivedText);

        second.Reset(); // Its place is free again.
        world.Run();
        MemoryPeer fourth = Ask(world);
        Assert.Equal("", fourth.ReceivedText);
        host.Peers[0].Send(Ok);
        world.Run();
        host.Peers[0].Send(Ok);
        world.Run();
        Assert.EndsWith("ok", first.ReceivedText);
        Assert.EndsWith("ok", fourth.ReceivedText);
        End(world, [host], first, second, third, fourth);
    }

    [Fact]
    public void A_connection_that_breaks_makes_room_for_the_next_request()
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""");
        MemoryHost host = world.Upstream();
        MemoryPeer first = Ask(world), second = Ask(world);
        host.Peers[0].Reset();
        world.Run();
        Assert.StartsWith("HTTP/1.1 502 ", first.ReceivedText);
        Assert.Equal(2, host.Peers.Count);
        host.Peers[1].Send(Ok);
        world.Run();
        Assert.EndsWith("ok", second.ReceivedText);
        End(world, [host], first, second);
    }

    [Fact]
    public void An_idle_connection_to_one_host_is_given_up_for_a_request_to_another()
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""", hosts: 2);
        MemoryHost[] hosts = [world.Upstream(), world.Upstream(index: 1)];
        List<MemoryPeer> clients = [];
        for (int i = 0; i < 6; i++)
        {
            MemoryPeer client = Ask(world);
            clients.Add(client);
            MemoryPeer asked = Assert.Single(hosts.SelectMany(static host => host.Peers), static peer => !peer.IsOver);
            asked.Send(Ok);
            world.Run();
            Assert.EndsWith("ok", client.ReceivedText);
        }
        Assert.All(hosts, static host => Assert.NotEmpty(host.Peers));
        End(world, hosts, [.. clients]);
    }

    [Fact]
    public void Requests_that_leave_the_queue_leave_no_place_in_it()
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""");
        MemoryHost host = world.Upstream();
        MemoryPeer first = Ask(world);
        for (int i = 0; i < 5; i++)
        {
            Ask(world).Reset();
            world.Run();
        }
        Assert.False(world.Clusters.Get("upstream").Current!.BudgetsOf(RoutingPriority.Default).Share.IsWanted);
        for (int i = 0; i < 2; i++)
        {
            host.Peers[0].Send(Ok);
            world.Run();
            first.Send(Get);
            world.Run();
        }
        Assert.Single(host.Peers); // Nobody else wants the connection, so it is kept.
        End(world, [host], first);
    }

    [Fact]
    public void A_pool_whose_idle_connection_is_in_use_again_passes_the_wish_on()
    {
        using ProxyWorld world = World("""{ "max_connections": 2 }""", hosts: 3);
        MemoryHost[] hosts = [.. Enumerable.Range(0, 3).Select(i => world.Upstream(index: i))];
        MemoryPeer[] clients = [Ask(world), Ask(world)];
        MemoryPeer[] idle = [.. hosts.SelectMany(static host => host.Peers)];
        foreach (MemoryPeer peer in idle)
        {
            peer.Send(Ok);
        }
        world.Run();
        MemoryPeer third = world.Client(), fourth = world.Client();
        third.Send(Get); // To the third host, which has no connection and asks the first for its one;
        fourth.Send(Get); // and this one takes that in the same turn.
        world.Run();
        Assert.All(hosts, static host => Assert.Single(host.Peers));
        Assert.Single(idle, static peer => peer.IsOver);
        End(world, hosts, [.. clients, third, fourth]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Requests_that_wait_go_on_waiting_when_an_update_takes_their_pool_away(bool hostLeaves)
    {
        using ProxyWorld world = World("""{ "max_connections": 1 }""", hosts: hostLeaves ? 2 : 1);
        MemoryHost[] hosts = [world.Upstream(), world.Upstream(index: 1)];
        MemoryPeer[] clients = [.. Enumerable.Range(0, 4).Select(_ => Ask(world))];
        MemoryPeer only = Assert.Single(hosts.SelectMany(static host => host.Peers));
        ClusterConfig config = world.Clusters.Get("upstream").Current!.Current.Config;
        world.Clusters.AddOrUpdate(hostLeaves
            ? config with { Hosts = [config.Hosts[1 - Array.FindIndex(hosts, static host => host.Peers.Count > 0)]] }
            : config with { ConnectTimeout = TimeSpan.FromSeconds(7) });
        world.Run();
        Assert.All(clients, static client => Assert.Equal("", client.ReceivedText));

        only.Send(Ok);
        world.Run();
        Assert.True(only.IsOver);
        for (int answered = 1; answered < clients.Length; answered++)
        {
            hosts.SelectMany(static host => host.Peers).Single(static peer => !peer.IsOver).Send(Ok);
            world.Run();
        }
        Assert.All(clients, static client => Assert.EndsWith("ok", client.ReceivedText));
        End(world, hosts, clients);
    }

    [Fact]
    public void The_bound_is_exact_over_all_loops_and_no_loop_starves()
    {
        using ProxyWorld world = World("""{ "max_connections": 3 }""", loopCount: 4);
        MemoryHost host = world.Upstream();
        int open = 0, most = 0, answered = 0;
        MemoryPeer[] clients = [.. Enumerable.Range(0, 40).Select(_ => Ask(world))];
        while (answered < clients.Length)
        {
            open = host.Peers.Count(static peer => !peer.IsOver);
            most = Math.Max(most, open);
            MemoryPeer? asked = host.Peers.FirstOrDefault(static peer => !peer.IsOver && peer.Received.Length > 0);
            Assert.NotNull(asked);
            asked.ClearReceived();
            asked.Send(Ok);
            world.Run();
            answered = clients.Count(static client => client.ReceivedText.EndsWith("ok", StringComparison.Ordinal));
        }
        Assert.Equal(3, most);
        End(world, [host], clients);
    }

    [Fact]
    public void Requests_are_bounded_and_a_route_of_high_priority_has_bounds_of_its_own()
    {
        using ProxyWorld world = World("""{ "max_requests": 2 }, { "priority": "high", "max_requests": 1 }""");
        MemoryHost host = world.Upstream();
        MemoryPeer first = Ask(world), second = Ask(world), third = Ask(world);
        Assert.StartsWith("HTTP/1.1 503 ", third.ReceivedText);
        Assert.Equal(1, world.Count(UpstreamMetric.RequestPendingOverflow));
        host.Peers[0].Send(Ok);
        world.Run();
        MemoryPeer fourth = Ask(world);
        Assert.Equal("", fourth.ReceivedText);
        End(world, [host], first, second, third, fourth);
    }

    [Fact]
    public void A_budget_counts_what_was_taken_under_it_and_nothing_else()
    {
        ResourceBudget budget = new();
        BudgetTake before = budget.TryTake();
        budget.Max = 1;
        BudgetTake taken = budget.TryTake();
        Assert.Equal((BudgetTake.Unbounded, BudgetTake.Taken, BudgetTake.Refused), (before, taken, budget.TryTake()));
        budget.Return(before);
        Assert.Equal(1, budget.Used);
        budget.Max = 0;
        budget.Return(taken);
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Retries_are_a_share_of_what_is_under_way_but_a_few_are_always_possible()
    {
        ClusterBudgets budgets = new();
        Assert.Equal(3, Taken(budgets, active: 0));
        Assert.Equal(17, Taken(budgets, active: 100)); // 20 with those above.
        for (int i = 0; i < 20; i++)
        {
            budgets.BeginPause(); // Those that were taken wait, and are with no host meanwhile.
        }
        Assert.Equal(0, Taken(budgets, active: 80));
        Assert.Equal(1, Taken(budgets, active: 85));
        budgets.Update(new CircuitBreakerConfig { MaxRetries = 25 });
        Assert.Equal(4, Taken(budgets, active: 1_000_000));

        static int Taken(ClusterBudgets budgets, long active)
        {
            int taken = 0;
            while (budgets.TryTakeRetry(active) == BudgetTake.Taken)
            {
                taken++;
            }
            return taken;
        }
    }

    [Fact]
    public void A_connection_ends_after_its_lifetime_and_never_under_a_request()
    {
        using ProxyWorld world = new(ProxyWorld.Http(cluster: """, "max_connection_lifetime": "10s" """));
        MemoryHost host = world.Upstream();
        MemoryPeer client = Ask(world);
        world.Advance(11_000);
        Assert.False(host.Peers[0].IsOver);
        host.Peers[0].Send(Ok);
        world.Run();
        Assert.EndsWith("ok", client.ReceivedText);
        Assert.True(host.Peers[0].IsOver);

        client.Send(Get);
        world.Run();
        host.Peers[1].Send(Ok);
        world.Advance(8_000);
        client.Send(Get); // Not yet: a tenth of the time is drawn.
        world.Run();
        host.Peers[1].Send(Ok);
        world.Advance(3_000);
        client.Send(Get);
        world.Run();
        Assert.Equal(3, host.Peers.Count);
        End(world, [host], client);
    }

    [Fact]
    public void Connections_stand_before_the_first_request_needs_them()
    {
        using ProxyWorld world = new(
            ProxyWorld.Http(cluster: """, "warm_connections": 2, "idle_timeout": "3600s" """, hosts: 2), loopCount: 2,
            prepare: static network => Hosts(network));
        world.Run();
        Assert.Equal(8, world.Count(UpstreamMetric.ConnectionActive));
        MemoryPeer client = Ask(world);
        Assert.Equal(8, world.Count(UpstreamMetric.ConnectionTotal));
        client.Close();
        world.Run();

        static void Hosts(MemoryNetwork network)
        {
            network.Host(ProxyWorld.UpstreamAddress, null);
            network.Host(ProxyWorld.UpstreamAddress.WithPort(ProxyWorld.UpstreamPort + 1), null);
        }
    }

    private static ProxyWorld World(string bounds, string cluster = "", int hosts = 1, int loopCount = 1) =>
        new(ProxyWorld.Http(cluster: $$""", "circuit_breakers": [{{bounds}}]{{cluster}}""", hosts: hosts), loopCount: loopCount);

    private static MemoryPeer Ask(ProxyWorld world)
    {
        MemoryPeer client = world.Client();
        client.Send(Get);
        world.Run();
        return client;
    }

    /// <summary>Bytes that the proxy adds to the request.</summary>
    private static int Extra(MemoryPeer peer) => peer.Received.Length - Get.Length;

    private static void End(ProxyWorld world, MemoryHost[] hosts, params MemoryPeer[] clients)
    {
        foreach (MemoryPeer client in clients)
        {
            client.Close();
        }
        world.Advance(300_000);
        foreach (MemoryPeer peer in hosts.SelectMany(static host => host.Peers))
        {
            peer.Close();
        }
        world.Advance(300_000);
        Assert.Empty(world.Leaks());
    }
}
