using Mosn.Proxy.Observability;
using Mosn.Testing;
using Mosn.Tests.Streams;

namespace Mosn.Tests.Upstream;

/// <summary>Calls that come before a connection to their host stands.</summary>
public sealed class ColdFramePoolTests
{
    [Fact]
    public void The_first_calls_wait_for_the_connect_and_go_out_in_their_order()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        for (uint id = 1; id <= 50; id++)
        {
            client.Send(BoltFrames.Request(id, new string('x', (int)id)));
        }
        world.World.Run();
        List<byte[]> calls = BoltFrames.Split(Assert.Single(world.Connections).Received);
        Assert.Equal(Enumerable.Range(1, 50).Select(static i => 22 + 44 + i), calls.Select(static call => call.Length));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_wait_in_bounded_queues_for_a_host_that_does_not_answer_its_connect()
    {
        // 1024 wait on the one connection that there may be, 10 in the queue of the pool, and the others may not.
        using RpcWorld world = new(
            cluster: """
                , "circuit_breakers": [{ "max_connections": 1, "max_pending_requests": 10 }],
                "connect_timeout": "5s", "pending_timeout": "8s"
                """,
            settings: """ "max_concurrent_requests": 2000 """);
        world.World.Network.SetOutcome(ProxyWorld.UpstreamAddress, ConnectOutcome.Unanswered);
        MemoryPeer client = world.NewClient();
        for (uint id = 1; id <= 1050; id++)
        {
            client.Send(BoltFrames.Request(id, timeoutMs: 0));
        }
        world.World.Run();
        Assert.Equal(16, BoltFrames.Split(client.Received).Count(static answer => BoltFrames.StatusOf(answer) == 4));
        Assert.Equal(1034, world.World.Count(DownstreamMetric.RequestActive));
        world.World.Advance(20_000);
        Assert.Equal(1050, BoltFrames.Split(client.Received).Count);
        world.AssertNothingIsLeft();
    }
}
