using Mosn.Protocols;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>What clients of RPC protocols see of a proxy that stops.</summary>
public sealed class RpcDrainTests
{
    [Theory]
    [InlineData("bolt", true)]
    [InlineData("bolt", false)]
    [InlineData("boltv2", false)]
    [InlineData("dubbo", true)]
    [InlineData("dubbo-thrift", false)]
    [InlineData("tars", true)]
    [InlineData("x_example", true)]
    public void Calls_under_way_end_well_and_clients_that_can_be_told_are(string protocol, bool isTold)
    {
        RpcDialect dialect = RpcDialect.Named(protocol);
        bool mustAsk = isTold && protocol is ("bolt" or "x_example"); // Not all of their peers know it.
        using RpcWorld world = new(protocol, settings: mustAsk ? """ "enable_bolt_goaway": true """ : "");
        MemoryPeer idle = world.NewClient();
        MemoryPeer busy = world.NewClient();
        world.Send(idle, dialect.CallWith(1));
        world.Send(world.Connections[0], dialect.AnswerWith(1));
        idle.ClearReceived();
        world.Send(busy, dialect.CallWith(7));
        world.World.Wait(world.World.Listeners[0].BeginDrainAsync().AsTask());
        world.World.Run();
        Assert.Equal(isTold ? 2 : 0, world.Count(FrameMetric.GoAwaySentTotal));
        if (isTold)
        {
            Assert.Equal(FrameKind.GoAway, Assert.Single(dialect.Split(idle.Received, isFromHost: true)).Kind);
            Assert.Equal(FrameKind.GoAway, Assert.Single(dialect.Split(busy.Received, isFromHost: true)).Kind);
        }
        Assert.Equal(!isTold, idle.IsOver);

        // What was on its way when the goodbye was is answered, too.
        busy.ClearReceived();
        world.Send(busy, dialect.CallWith(8));
        world.World.Advance(1_100);
        Assert.True(idle.IsOver);
        Assert.False(busy.IsOver);
        world.Send(world.Connections[0], dialect.AnswerWith(2), dialect.AnswerWith(3));
        Assert.Equal([7UL, 8], dialect.Split(busy.Received, isFromHost: true).Select(static answer => answer.Id));
        world.World.Run();
        Assert.True(busy.InputEnded);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_that_is_coming_is_waited_for()
    {
        RpcDialect dialect = RpcDialect.Named("bolt");
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        byte[] call = dialect.LargeCall(7, 300_000);
        world.Send(client, call[..200_000]);
        world.World.Wait(world.World.Listeners[0].BeginDrainAsync().AsTask());
        world.Send(client, call[200_000..]);
        world.Send(world.Connections[0], dialect.LargeAnswer(1, 300_000));
        Assert.Equal(dialect.LargeAnswer(7, 300_000), client.Received.ToArray());
        Assert.True(client.InputEnded);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_goodbye_waits_behind_a_large_answer()
    {
        RpcDialect dialect = RpcDialect.Named("bolt");
        using RpcWorld world = new(settings: """ "enable_bolt_goaway": true """);
        MemoryPeer client = world.NewClient();
        world.Send(client, dialect.CallWith(7));
        byte[] answer = dialect.LargeAnswer(1, 300_000);
        world.Send(world.Connections[0], answer[..200_000]);
        world.World.Wait(world.World.Listeners[0].BeginDrainAsync().AsTask());
        world.Send(world.Connections[0], answer[200_000..]);
        Assert.Equal([2, 100], BoltFrames.Split(client.Received).Select(static frame => frame[3]));
    }
}
