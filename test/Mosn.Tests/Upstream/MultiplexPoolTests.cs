using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Upstream;

public class MultiplexPoolTests
{
    [Fact]
    public void Requests_share_a_connection_that_is_still_being_made()
    {
        using PoolWorld world = new();
        PoolRequest[] requests = [.. Enumerable.Range(0, 50).Select(_ => new PoolRequest())];
        world.Do(() => Array.ForEach(requests, request => request.Ask(world.Pool())));
        Assert.Single(world.Connections);
        Assert.Equal(50, world.Connections[0].StreamCount);
        Assert.Equal((1, 50, 50), (
            world.Count(UpstreamMetric.ConnectionTotal), world.Count(UpstreamMetric.RequestTotal),
            world.Count(UpstreamMetric.RequestActive)));
        End(world, requests);
    }

    [Fact]
    public void A_full_connection_gets_a_neighbour()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(3));
        PoolRequest[] more = world.Ask(5);
        Assert.Equal([3, 3], world.Connections.Select(static connection => connection.StreamCount));
        End(world, [first, .. more]);
    }

    [Fact]
    public void A_connection_whose_host_has_said_nothing_yet_is_taken_to_be_like_those_before_it()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(2));
        PoolRequest[] more = world.Ask(5);
        Assert.Equal([2, 2, 2], world.Connections.Select(static connection => connection.StreamCount));
        End(world, [first, .. more]);
    }

    [Fact]
    public void More_streams_than_anybody_wants_on_one_connection_get_another_even_if_the_host_allows_them()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(10_000));
        PoolRequest[] more = world.Ask(MultiplexPool.StreamsWanted);
        Assert.Equal([MultiplexPool.StreamsWanted, 1], world.Connections.Select(static connection => connection.StreamCount));
        End(world, [first, .. more]);
    }

    [Fact]
    public void They_share_the_one_there_may_be_as_far_as_the_host_allows_it()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) });
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(150));
        PoolRequest[] more = world.Ask(149);
        Assert.Equal(150, Assert.Single(world.Connections).StreamCount);
        PoolRequest waits = world.Ask();
        Assert.True(waits.IsWaiting);
        world.Do(more[3].End);
        Assert.NotNull(waits.Stream);
        Assert.Equal(0, world.Budgets.PendingRequests.Used);
        End(world, [first, .. more, waits]);
    }

    [Fact]
    public void The_fullest_of_those_with_room_gets_the_next_and_the_others_time_out()
    {
        using PoolWorld world = new(new ClusterConfig { IdleTimeout = TimeSpan.FromSeconds(10) });
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(2));
        PoolRequest[] more = world.Ask(3);
        world.Do(() => world.Connections[1].SetStreamsMax(2));
        more = [.. more, world.Ask()];
        Assert.Equal([2, 2, 1], world.Connections.Select(static connection => connection.StreamCount));
        world.Do(() => world.Connections[1].SetStreamsMax(4));
        world.Do(more[3].End); // The last connection is idle now.
        more[3] = world.Ask();
        Assert.Equal([2, 3, 0], world.Connections.Select(static connection => connection.StreamCount));
        world.Network.Advance(11_000);
        Assert.Equal([true, true, false], world.Connections.Select(static connection => connection.Connection.IsOpen));
        End(world, [first, .. more]);
    }

    [Fact]
    public void A_connection_that_stands_is_better_than_a_fuller_one_that_is_still_being_made()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(4));
        world.Network.SetOutcome(world.Hosts[0].Address, ConnectOutcome.Unanswered);
        PoolRequest[] more = world.Ask(3), waiting = world.Ask(3);
        world.Do(more[0].End);
        world.Do(more[1].End);
        more[0] = world.Ask();
        Assert.Equal([3, 3], world.Connections.Select(static connection => connection.StreamCount));
        Assert.False(world.Connections[1].Connection.IsOpen);
        End(world, [first, .. more, .. waiting]);
    }

    [Fact]
    public void A_connection_that_goes_away_gets_no_stream_and_ends_with_its_last()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask(), second = world.Ask();
        world.Do(world.Connections[0].GoAway);
        PoolRequest third = world.Ask();
        Assert.Equal([2, 1], world.Connections.Select(static connection => connection.StreamCount));
        world.Do(first.End);
        Assert.True(world.Connections[0].Connection.IsOpen);
        world.Do(second.End);
        Assert.True(world.Connections[0].Connection.IsClosed);
        world.Do(world.Connections[1].GoAway);
        Assert.True(world.Connections[1].Connection.IsOpen);
        End(world, third);
        Assert.True(world.Connections[1].Connection.IsClosed);
    }

    [Fact]
    public void One_that_goes_away_with_nothing_on_it_ends_at_once()
    {
        using PoolWorld world = new();
        world.Do(world.Ask().End);
        world.Do(world.Connections[0].GoAway);
        Assert.True(world.Connections[0].Connection.IsClosed);
        End(world);
    }

    [Fact]
    public void Many_that_were_refused_share_one_new_connection()
    {
        using PoolWorld world = new();
        PoolRequest first = world.Ask();
        world.Network.Advance(5_000);
        PoolRequest[] again = [.. Enumerable.Range(0, 20).Select(_ => world.Ask(fresh: true))];
        Assert.Equal([1, 20], world.Connections.Select(static connection => connection.StreamCount));
        End(world, [first, .. again]);
    }

    [Fact]
    public void What_was_refused_does_not_go_where_a_host_may_soon_refuse_more()
    {
        using PoolWorld world = new();
        PoolRequest again = world.Ask(fresh: true);
        for (int i = 1; i < MultiplexPool.StreamsWanted; i++)
        {
            world.Do(world.Ask(fresh: true).End);
        }
        Assert.Single(world.Connections);
        PoolRequest another = world.Ask(fresh: true); // Hosts end connections after a number of requests.
        Assert.Equal([1, 1], world.Connections.Select(static connection => connection.StreamCount));
        End(world, again, another);
    }

    [Fact]
    public void A_fresh_connection_that_there_may_not_be_is_not_waited_for()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) });
        PoolRequest first = world.Ask();
        world.Network.Advance(5_000);
        PoolRequest again = world.Ask(fresh: true);
        Assert.Equal(2, Assert.Single(world.Connections).StreamCount);
        End(world, first, again);
    }

    [Fact]
    public void Where_nothing_is_configured_connections_are_bounded_all_the_same()
    {
        using PoolWorld world = new();
        PoolRequest[] requests = [.. Enumerable.Range(0, MultiplexPool.ConnectionsMaxDefault).Select(_ =>
        {
            PoolRequest request = world.Ask();
            world.Do(() => world.Connections[^1].SetStreamsMax(1));
            return request;
        })];
        PoolRequest waits = world.Ask();
        Assert.True(waits.IsWaiting);
        Assert.Equal(MultiplexPool.ConnectionsMaxDefault, world.Connections.Count);
        world.Hosts[0].Peers[7].Reset();
        world.Network.RunUntilIdle();
        Assert.NotNull(waits.Stream);
        End(world, [.. requests, waits]);
    }

    [Fact]
    public void A_request_that_may_not_have_a_fresh_connection_gets_the_idle_one()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) });
        world.Do(world.Ask(protocol: StreamProtocol.Http1).End);
        PoolRequest again = world.Ask(protocol: StreamProtocol.Http1, fresh: true);
        Assert.NotNull(again.Stream);
        End(world, again);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    public void A_connection_that_had_its_number_of_streams_makes_room_for_another_if_there_may_be_one(
        int connectionsMax, int connections)
    {
        using PoolWorld world = new(new ClusterConfig
        {
            MaxRequestPerConn = 5,
            CircuitBreakers = PoolWorld.Bounds((uint)connectionsMax),
        });
        PoolRequest[] requests = world.Ask(7);
        Assert.Equal(connections, world.Connections.Count);
        Assert.Equal(7 - (2 * (connections - 1)), world.Connections[0].StreamCount);
        End(world, requests);
        Assert.True(world.Connections[0].Connection.IsClosed); // With the last stream, at the latest.
    }

    [Fact]
    public void A_connection_whose_time_is_up_ends_when_it_is_idle()
    {
        using PoolWorld world = new(new ClusterConfig
        {
            ConnectionLifetime = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromMinutes(1),
        });
        PoolRequest first = world.Ask(), second = world.Ask();
        world.Do(second.End);
        world.Network.Advance(11_000);
        second = world.Ask();
        Assert.Equal([1, 1], world.Connections.Select(static connection => connection.StreamCount));
        world.Do(first.End);
        Assert.True(world.Connections[0].Connection.IsClosed);
        world.Do(second.End);
        world.Network.Advance(11_000);
        PoolRequest third = world.Ask();
        Assert.Equal(3, world.Connections.Count);
        Assert.True(world.Connections[1].Connection.IsClosed);
        End(world, third);
    }

    [Fact]
    public void Requests_on_a_connection_that_fails_fail_with_it_and_others_get_a_new_one()
    {
        using PoolWorld world = new();
        world.Network.SetOutcome(world.Hosts[0].Address, ConnectOutcome.Refused);
        PoolRequest first = world.Ask();
        Assert.Equal(StreamErrorKind.ConnectFailed, first.Error);
        world.Network.SetOutcome(world.Hosts[0].Address, ConnectOutcome.Accepted);
        PoolRequest second = world.Ask();
        Assert.Equal(1, world.Connections[1].StreamCount);
        world.Hosts[0].Peers[0].Reset();
        world.Network.RunUntilIdle();
        Assert.Equal(StreamErrorKind.Reset, second.Error);
        Assert.Equal((1, 1, 1), (
            world.Count(UpstreamMetric.ConnectionConFail), world.Count(UpstreamMetric.ConnectionRemoteClose),
            world.Count(UpstreamMetric.ConnectionRemoteCloseWithActiveRequest)));
        End(world, first, second);
    }

    [Fact]
    public void A_bound_that_the_host_lowers_holds_for_new_streams()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) });
        PoolRequest[] requests = world.Ask(10);
        world.Do(() => world.Connections[0].SetStreamsMax(8));
        PoolRequest waits = world.Ask();
        world.Do(requests[0].End);
        world.Do(requests[1].End);
        Assert.True(waits.IsWaiting);
        world.Do(requests[2].End);
        Assert.False(waits.IsWaiting);
        PoolRequest last = world.Ask();
        Assert.True(last.IsWaiting);
        world.Do(() => world.Connections[0].SetStreamsMax(9));
        Assert.NotNull(last.Stream);
        End(world, [.. requests[3..], waits, last]);
    }

    [Fact]
    public void One_more_connection_serves_all_that_wait_in_the_order_of_their_coming()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) });
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(1));
        List<PoolRequest> order = [];
        PoolRequest[] waiting = world.Ask(4);
        Array.ForEach(waiting, request => request.OnStream = order.Add);
        world.Do(() => waiting[1].End()); // The client left.
        world.Update(world.Config with { CircuitBreakers = PoolWorld.Bounds(connections: 2) });
        world.Network.RunUntilIdle();
        Assert.Equal([waiting[0]], order); // More than the host allowed so far might be refused.
        world.Do(() => world.Connections[1].SetStreamsMax(10));
        Assert.Equal([waiting[0], waiting[2], waiting[3]], order);
        Assert.Equal([1, 3], world.Connections.Select(static connection => connection.StreamCount));
        End(world, [first, .. waiting]);
    }

    [Fact]
    public void When_the_host_leaves_idle_connections_end_at_once_and_the_others_with_their_last_stream()
    {
        using PoolWorld world = new(hostCount: 2);
        PoolRequest first = world.Ask();
        world.Do(() => world.Connections[0].SetStreamsMax(1));
        PoolRequest second = world.Ask();
        world.Do(second.End);
        IConnectionPool pool = world.Pool();
        world.Update(world.Config with { Hosts = [world.Config.Hosts[1]] });
        world.Network.RunUntilIdle();
        Assert.Equal([true, false], world.Connections.Select(static connection => connection.Connection.IsOpen));
        PoolRequest late = new();
        world.Do(() => late.Ask(pool)); // It had chosen the host before.
        Assert.Equal(3, world.Connections.Count);
        world.Do(first.End);
        world.Do(late.End);
        Assert.All(world.Connections, static connection => Assert.True(connection.Connection.IsClosed));
        End(world);
    }

    [Fact]
    public void Connections_made_in_advance_wait_for_streams()
    {
        using PoolWorld world = new();
        world.Do(() => world.Pool().WarmUp(2));
        PoolRequest[] requests = world.Ask(3);
        Assert.Equal([0, 3], world.Connections.Select(static connection => connection.StreamCount).Order());
        End(world, requests);
    }

    [Fact]
    public void Idle_connections_are_given_up_across_protocols()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) }, loopCount: 2);
        foreach (int i in Enumerable.Range(0, 6))
        {
            PoolRequest request = world.Ask(loop: i % 2, protocol: i % 3 == 0 ? StreamProtocol.Http1 : StreamProtocol.Http2);
            Assert.NotNull(request.Stream);
            world.Do(request.End);
        }
        End(world);
    }

    [Fact]
    public void A_pool_whose_connection_is_always_busy_gives_way_to_one_that_has_none()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) }, loopCount: 2);
        PoolRequest[] busy = world.Ask(2);
        PoolRequest waits = world.Ask(loop: 1);
        Assert.True(waits.IsWaiting);
        for (int i = 0; i < 100 && waits.IsWaiting; i++)
        {
            world.Network.Advance(5);
            world.Do(busy[i % 2].End);
            busy[i % 2] = world.Ask();
        }
        Assert.NotNull(waits.Stream);
        world.Do(waits.End);
        Assert.All(busy, static request => Assert.NotNull(request.Stream)); // And gets one back.
        End(world, busy);
    }

    [Fact]
    public void A_stream_that_does_not_end_keeps_nobody_of_its_own_pool_waiting_for_the_sake_of_others()
    {
        using PoolWorld world = new(new ClusterConfig { CircuitBreakers = PoolWorld.Bounds(connections: 1) }, loopCount: 2);
        PoolRequest endless = world.Ask(), waits = world.Ask(loop: 1);
        for (int i = 0; i < 50; i++)
        {
            PoolRequest request = world.Ask();
            world.Network.Advance(25);
            Assert.NotNull(request.Stream);
            world.Do(request.End);
        }
        Assert.True(waits.IsWaiting);
        End(world, endless, waits);
    }

    [Fact]
    public void A_stream_costs_no_allocation()
    {
        using PoolWorld world = new();
        IConnectionPool pool = world.Pool();
        PoolRequest keeps = world.Ask(), request = new();
        world.Do(() =>
        {
            Step();
            Assert.Equal(0, Allocations.Of(() =>
            {
                for (int i = 0; i < 1_000; i++)
                {
                    Step();
                }
            }));
        });
        End(world, keeps);

        void Step()
        {
            request.Ask(pool);
            request.End();
        }
    }

    private static void End(PoolWorld world, params PoolRequest[] requests)
    {
        foreach (PoolRequest request in requests)
        {
            world.Do(request.End);
        }
        world.Network.Advance(120_000);
        Assert.Equal((0, 0, false), (world.Budgets.Connections.Used, world.Budgets.PendingRequests.Used, world.Budgets.Share.IsWanted));
        Assert.Equal((0, 0, 0), (
            world.Count(UpstreamMetric.RequestActive), world.Count(UpstreamMetric.ConnectionActive), world.Network.OpenTransports));
    }
}
