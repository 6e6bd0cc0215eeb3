using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Peers of RPC protocols that do not read, and what they cost.</summary>
public sealed class RpcSlowPeerTests
{
    /// <summary>Bytes that sockets and buffers between two ends may have in them.</summary>
    private const int OnTheWayMax = 1024 * 1024;

    private static readonly RpcDialect s_bolt = RpcDialect.Named("bolt");

    [Fact]
    public void Calls_that_are_given_up_before_their_host_reads_are_not_sent()
    {
        using RpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_connections": 1 }] """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(1, timeoutMs: 1, fields: ("a", new string('x', 10_000)));
        world.Send(client, call);
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        SendMany(client, call, world.World);
        Assert.Equal(3_001, client.Received.Length / BoltFrames.Response(1, status: 7).Length);
        host.ResumeReading();
        world.World.Run();
        Assert.InRange(host.Received.Length, call.Length, OnTheWayMax);
        Assert.Equal(0, host.Received.Length % call.Length);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Copies_that_are_given_up_before_their_host_reads_are_not_sent()
    {
        using ProxyWorld world = RpcWorld.WithCopies();
        world.Upstream();
        MemoryHost copies = world.Upstream(static peer => peer.PauseReading(), index: 1);
        MemoryPeer client = world.Client();
        byte[] call = BoltFrames.Request(1, new string('x', 10_000), timeoutMs: 1);
        SendMany(client, call, world);
        int received = 0;
        foreach (MemoryPeer peer in copies.Peers)
        {
            peer.ResumeReading();
            world.Run();
            received += peer.Received.Length;
        }
        Assert.InRange(received, call.Length, OnTheWayMax);
    }

    [Fact]
    public void A_client_that_reads_slowly_and_has_sent_its_call_in_time_is_not_too_slow()
    {
        using RpcWorld world = new(
            cluster: """, "keepalive": { "interval": "1000s" } """, settings: """ "frame_timeout": "5s" """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(2, new string('x', 2_000), timeoutMs: -1);
        byte[] answer = s_bolt.LargeAnswer(1, 3_000_000);
        world.Send(client, BoltFrames.Request(1, timeoutMs: -1), call[..1_000]);
        client.PauseReading();
        world.Send(world.Connections[0], answer);
        world.Send(client, call[1_000..]);
        world.World.Advance(11_000);
        Assert.Single(BoltFrames.Split(world.Connections[0].Received));
        client.ResumeReading();
        world.World.Run();
        Assert.Equal(answer, client.Received.ToArray());
        Assert.Equal(call.Length, BoltFrames.Split(world.Connections[0].Received)[1].Length);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_that_neither_reads_nor_sends_the_rest_of_its_call_is_given_up()
    {
        using RpcWorld world = new(
            cluster: """, "keepalive": { "interval": "1000s" } """, settings: """ "frame_timeout": "5s" """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1, timeoutMs: -1), BoltFrames.Request(2, new string('x', 2_000))[..1_000]);
        client.PauseReading();
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 3_000_000));
        world.World.Advance(5_500);
        client.ResumeReading();
        world.World.Run();
        Assert.True(client.IsOver);
        world.AssertNothingIsLeft();
    }

    private static void SendMany(MemoryPeer client, byte[] call, ProxyWorld world)
    {
        for (int i = 0; i < 100; i++)
        {
            for (int j = 0; j < 30; j++)
            {
                client.Send(call);
            }
            world.Run();
            world.Advance(2);
        }
    }
}
