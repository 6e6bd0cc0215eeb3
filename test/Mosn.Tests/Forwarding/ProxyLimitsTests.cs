using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

public class ProxyLimitsTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Theory]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    public void Connections_above_the_limit_are_reset_and_room_comes_back(int listenerMax, int processMax)
    {
        using ProxyWorld world = new(
            ProxyWorld.Http(listener: $", \"max_connections\": {listenerMax}"), loopCount: 2, connectionsMax: processMax);
        MemoryPeer[] clients = [.. Enumerable.Range(0, 5).Select(_ => world.Client())];
        world.Run();
        Assert.Equal(2, clients.Count(client => client.WasReset));
        Assert.Equal(2, world.Count(SelfMetric.ConnectionsShedTotal));
        Assert.Equal(3, world.Count(DownstreamMetric.ConnectionActive));
        clients.First(client => !client.IsOver).Close();
        world.Run();
        MemoryPeer next = world.Client();
        world.Run();
        Assert.False(next.IsOver);
    }

    [Fact]
    public void A_drain_lets_requests_finish_and_tells_their_clients()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer busy = world.Client();
        MemoryPeer idle = world.Client();
        busy.Send(Get);
        world.Run();
        Listener listener = world.Listeners[0];
        world.Wait(listener.BeginDrainAsync().AsTask());
        world.Run();
        Assert.True(idle.InputEnded);
        idle.Close();
        world.Run();
        Assert.False(busy.IsOver);
        Assert.Equal(1, listener.DrainingCount);
        MemoryPeer late = world.Client();
        world.Run();
        Assert.True(late.WasRefused);

        upstream.Peers[0].Send(Ok);
        world.Run();
        Assert.Contains("Connection: close\r\n", busy.ReceivedText);
        Assert.EndsWith("ok", busy.ReceivedText);
        Assert.True(busy.InputEnded);
        busy.Close();
        world.Run();
        Assert.Equal(0, listener.DrainingCount);
    }

    [Fact]
    public void A_close_ends_what_is_left_at_once()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer busy = world.Client();
        busy.Send(Get);
        world.Run();
        world.Wait(world.Listeners[0].CloseAsync().AsTask());
        world.Run();
        Assert.True(busy.IsOver);
        world.Advance(110);
        Assert.True(upstream.Peers[0].IsOver);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void An_upstream_connection_is_replaced_after_its_share_of_requests()
    {
        using ProxyWorld world = new(ProxyWorld.Http(cluster: """, "max_request_per_conn": 3 """));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        for (int i = 0; i < 7; i++)
        {
            client.Send(Get);
            world.Run();
            upstream.Peers[^1].Send(Ok);
            world.Run();
        }
        Assert.Equal(3, upstream.Peers.Count);
        Assert.Equal(7, client.ReceivedText.Split("200 OK").Length - 1);
    }

    [Fact]
    public void A_head_that_is_too_large_is_refused()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryPeer client = world.Client();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 100_000) + "\r\n\r\n");
        world.Run();
        Assert.StartsWith("HTTP/1.1 431 ", client.ReceivedText);
        Assert.Equal(0, world.Network.RentedChunks);
    }
}
