using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Large answers on a client's connection that has several calls under way, at several hosts.</summary>
public sealed class HeldAnswerTests
{
    private const int Large = 8 * 1024 * 1024;

    private static readonly RpcDialect s_bolt = RpcDialect.Named("bolt");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_host_that_stalls_or_dies_in_a_large_answer_concerns_no_other_call_of_its_client(bool dies)
    {
        using RpcWorld world = new(hosts: 2);
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
        MemoryPeer host = world.Connections[0];
        byte[] large = s_bolt.LargeAnswer(1, 300_000);
        world.Send(host, large[..150_000]);
        world.Send(world.Connections[1], s_bolt.AnswerWith(1));
        uint quick = BoltFrames.IdOf(client.Received);
        Assert.Equal(s_bolt.AnswerWith(quick), client.Received.ToArray());
        client.ClearReceived();
        if (dies)
        {
            host.Reset();
            world.World.Run();
        }
        else
        {
            world.Send(host, large[150_000..]);
        }
        uint slow = 3 - quick;
        Assert.Equal(
            dies ? BoltFrames.Response(slow, status: 6) : s_bolt.LargeAnswer(slow, 300_000), client.Received.ToArray());
        Assert.False(client.IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_answer_that_takes_too_long_fails_alone()
    {
        using RpcWorld world = new(
            hosts: 2,
            route: """, "timeout": "5s" """,
            cluster: """, "keepalive": { "interval": "1000s" }, "idle_timeout": "1000s" """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1, timeoutMs: 0), BoltFrames.Request(2, timeoutMs: 0));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 300_000)[..150_000]);
        world.Send(world.Connections[1], s_bolt.AnswerWith(1));
        uint slow = 3 - BoltFrames.IdOf(client.Received);
        client.ClearReceived();
        world.World.Advance(11_000);
        Assert.Equal(BoltFrames.Response(slow, status: 6), client.Received.ToArray());
        Assert.False(client.IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_is_held_goes_out_as_the_client_takes_it_and_its_hosts_do_not_wait_for_that()
    {
        using RpcWorld world = new(hosts: 2);
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
        client.PauseReading();
        foreach (MemoryPeer host in world.Connections)
        {
            world.Send(host, s_bolt.LargeAnswer(1, Large));
            Assert.Equal(0, host.UnsentLength);
        }
        client.ResumeReading();
        world.World.Run();
        Assert.Equal(
            [s_bolt.LargeAnswer(1, Large), s_bolt.LargeAnswer(2, Large)],
            BoltFrames.Split(client.Received).OrderBy(static answer => BoltFrames.IdOf(answer)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_is_held_for_clients_that_leave_is_given_up()
    {
        using RpcWorld world = new(hosts: 2);
        byte[] large = s_bolt.LargeAnswer(1, Large);
        MemoryPeer client;
        for (uint round = 1; round <= 10; round++)
        {
            client = world.NewClient();
            world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
            client.PauseReading();
            world.Send(world.Connections[0], s_bolt.LargeAnswer(round, Large));
            client.Reset();
            world.World.Run();
        }
        client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(11, Large)[..200_000]);
        Assert.Empty(client.Received.ToArray()); // There is room for it: what was held before is gone.
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void An_answer_that_is_larger_than_what_may_be_held_goes_on_while_it_comes()
    {
        const int huge = 66 * 1024 * 1024;
        using RpcWorld world = new(hosts: 2, cluster: """, "rpc": { "max_frame_size": 100000000 } """);
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, huge)[..200_000]);
        Assert.Equal(200_000, client.Received.Length, 10.0);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_call_that_comes_while_a_large_answer_goes_out_waits_for_its_end()
    {
        using RpcWorld world = new(hosts: 2);
        MemoryPeer client = world.NewClient();
        byte[] large = s_bolt.LargeAnswer(1, 300_000);
        world.Send(client, s_bolt.CallWith(1));
        MemoryPeer host = world.Connections[0];
        world.Send(host, large[..200_000]);
        world.Send(client, s_bolt.CallWith(2));
        world.Send(world.Connections.Single(peer => peer != host), s_bolt.AnswerWith(1));
        Assert.Equal(200_000, client.Received.Length, 10.0);
        world.Send(host, large[200_000..]);
        Assert.Equal([large, s_bolt.AnswerWith(2)], BoltFrames.Split(client.Received));
        world.AssertNothingIsLeft();
    }
}
