using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Heartbeats to hosts, and what else keeps or ends a connection of an RPC protocol.</summary>
public sealed class RpcHeartbeatTests
{
    [Fact]
    public void Heartbeats_come_in_the_interval_of_the_cluster_and_stop_with_a_connection_that_is_given_up()
    {
        using ProxyWorld world = World(""", "keepalive": { "interval": "5s", "timeout": "2s" }, "idle_timeout": "600s" """);
        MemoryHost upstream = world.Upstream();
        Exchange(world, upstream);
        MemoryPeer host = upstream.Peers[0];
        host.ClearReceived();
        world.Advance(5_100);
        Assert.Equal(22, host.Received.Length);
        Answer(host);
        world.Advance(5_200);
        Assert.Equal(2 * 22, host.Received.Length);
        world.Advance(5 * 5_000); // Six without an answer, the last of which has two seconds.
        Assert.False(host.IsOver);
        world.Advance(2_500);
        Assert.True(host.IsOver);
        Assert.Equal(6, FrameMetrics.Of(world.Metrics, "bolt").Read((int)FrameMetric.HeartbeatMissedTotal));
        Exchange(world, upstream);
        Assert.Equal(2, upstream.Peers.Count);
    }

    [Fact]
    public void A_connection_that_only_heartbeats_use_is_idle_all_the_same()
    {
        using ProxyWorld world = World(""", "idle_timeout": "40s" """);
        MemoryHost upstream = world.Upstream();
        Exchange(world, upstream);
        MemoryPeer host = upstream.Peers[0];
        for (int i = 0; i < 2; i++)
        {
            world.Advance(15_100);
            Answer(host);
            world.Run();
            Assert.False(host.IsOver);
        }
        world.Advance(15_100);
        Assert.True(host.InputEnded);
    }

    [Fact]
    public void Traffic_is_as_good_as_a_heartbeat()
    {
        using ProxyWorld world = World(""", "idle_timeout": "600s" """);
        MemoryHost upstream = world.Upstream();
        for (int i = 0; i < 10; i++)
        {
            Exchange(world, upstream);
            world.Advance(10_000);
        }
        Assert.Equal(0, FrameMetrics.Of(world.Metrics, "bolt").Read((int)FrameMetric.HeartbeatSentTotal));
    }

    [Fact]
    public void Frames_of_both_versions_of_Bolt_share_a_connection_and_each_gets_its_own_answer()
    {
        using ProxyWorld world = World("");
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send([.. RealFrames.BoltV2Request, .. RealFrames.BoltRequest]);
        world.Run();
        byte[] received = upstream.Peers[0].Received.ToArray();
        Assert.Equal(RealFrames.BoltV2Request, received[..296]);
        Assert.Equal((1, 2), (received[296], received[296 + 8]));
        upstream.Peers[0].Send(RealFrames.BoltV2Response);
        world.Run();
        Assert.Equal(RealFrames.BoltV2Response, client.Received.ToArray());
    }

    [Fact]
    public void A_wrong_checksum_ends_the_connection()
    {
        using ProxyWorld world = World("");
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        byte[] call = RealFrames.BoltV2Request;
        call[100] ^= 1;
        client.Send(call);
        world.Run();
        Assert.True(client.IsOver);
        Assert.Empty(upstream.Peers);
    }

    private static ProxyWorld World(string cluster) => new(ProxyWorld
        .Http(cluster: cluster)
        .Replace(
            "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
            "\"downstream_protocol\": \"bolt\"",
            StringComparison.Ordinal));

    private static void Exchange(ProxyWorld world, MemoryHost upstream)
    {
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(1));
        world.Run();
        MemoryPeer host = upstream.Peers[^1];
        host.Send(BoltFrames.Response(BoltFrames.IdOf(BoltFrames.Split(host.Received)[^1])));
        world.Run();
        Assert.Equal(BoltFrames.Response(1), client.Received.ToArray());
        client.Close();
        world.Run();
    }

    private static void Answer(MemoryPeer host)
    {
        byte[] reply = RealFrames.BoltHeartbeatReply;
        host.Received[^17..^13].CopyTo(reply.AsSpan(5));
        host.Send(reply);
    }
}
