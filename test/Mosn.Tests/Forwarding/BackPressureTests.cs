using Mosn.Testing;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Forwarding;

/// <summary>A side that does not take bytes stops the other, with a bounded amount of them in between.</summary>
public class BackPressureTests
{
    private const int BodyLength = 4 * 1024 * 1024;

    /// <summary>A pipe of the memory network on each side, and what a connection may hold: input, output, a large read.</summary>
    private const int HeldMax = 64 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_slow_client_stops_the_upstream(bool tcp)
    {
        using ProxyWorld world = new(tcp ? ProxyWorld.Tcp() : ProxyWorld.Http(), new SmallBuffers());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        client.PauseReading();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();
        MemoryPeer host = upstream.Peers[0];
        host.Send($"HTTP/1.1 200 OK\r\nContent-Length: {BodyLength}\r\n\r\n");
        host.Send(new byte[BodyLength]);
        world.Run();
        AssertStopped(world, host);

        while (client.ReceivedTotal < BodyLength / 2)
        {
            Assert.True(client.ReadSome(5000) > 0);
            world.Run();
            Assert.InRange(BytesHeld(world), 0, ChunksMax * BufferPool.ChunkBytes);
        }
        client.ResumeReading();
        world.Run();
        Assert.Equal(0, host.UnsentLength);
        Assert.InRange(client.ReceivedTotal, BodyLength, BodyLength + 200);
        Assert.Equal(0, world.Network.RentedChunks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_slow_upstream_stops_the_client(bool tcp)
    {
        using ProxyWorld world = new(tcp ? ProxyWorld.Tcp() : ProxyWorld.Http(), new SmallBuffers());
        MemoryHost upstream = world.Upstream(peer =>
        {
            peer.KeepsReceived = false;
            peer.PauseReading();
        });
        MemoryPeer client = world.Client();
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {BodyLength}\r\n\r\n");
        client.Send(new byte[BodyLength]);
        world.Run();
        AssertStopped(world, client);

        MemoryPeer host = upstream.Peers[0];
        host.ResumeReading();
        world.Run();
        Assert.Equal(0, client.UnsentLength);
        Assert.InRange(host.ReceivedTotal, BodyLength, BodyLength + 200);
        host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Run();
        Assert.StartsWith("HTTP/1.1 200 ", client.ReceivedText);
        Assert.Equal(0, world.Network.RentedChunks);
    }

    [Fact]
    public void Requests_in_a_pipeline_wait_in_the_network_and_not_in_memory()
    {
        using ProxyWorld world = new(ProxyWorld.Http(), new SmallBuffers());
        world.Upstream(); // Never answers.
        MemoryPeer client = world.Client();
        for (int i = 0; i < 50_000; i++)
        {
            client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        }
        world.Run();
        AssertStopped(world, client);
    }

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 ")] // Answered here.
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 204 ")] // Answered by the upstream, without a body.
    public void Responses_that_a_client_does_not_read_hold_its_next_requests_back(string request, string response)
    {
        const int Count = 20_000;
        using ProxyWorld world = new(ProxyWorld.Http(), new SmallBuffers());
        world.Upstream(peer => peer.OnInput = static host =>
        {
            host.ClearReceived();
            host.Send("HTTP/1.1 204 No Content\r\n\r\n");
        });
        MemoryPeer client = world.Client();
        client.PauseReading();
        for (int i = 0; i < Count; i++)
        {
            client.Send(request);
        }
        world.Run();
        AssertStopped(world, client);
        client.ResumeReading();
        world.Run();
        Assert.Equal(Count, client.ReceivedText.Split(response).Length - 1);
    }

    [Fact]
    public void Interim_responses_that_a_client_does_not_read_are_dropped()
    {
        using ProxyWorld world = new(ProxyWorld.Http(), new SmallBuffers());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.PauseReading();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();
        for (int i = 0; i < 50_000; i++)
        {
            upstream.Peers[0].Send("HTTP/1.1 102 Processing\r\n\r\n"u8);
        }
        world.Run();
        Assert.InRange(world.Network.RentedChunks, 1, ChunksMax);
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        client.ResumeReading();
        world.Run();
        Assert.EndsWith("\r\n\r\nok", client.ReceivedText);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_client_that_takes_nothing_for_too_long_is_reset(bool tcp)
    {
        using ProxyWorld world = new(tcp ? ProxyWorld.Tcp() : ProxyWorld.Http(), new SmallBuffers());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.PauseReading();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();
        upstream.Peers[0].Send($"HTTP/1.1 200 OK\r\nContent-Length: {BodyLength}\r\n\r\n");
        upstream.Peers[0].Send(new byte[BodyLength]);
        world.Advance(20_000);
        client.ResumeReading();
        world.Run();
        Assert.True(client.WasReset);
        Assert.True(upstream.Peers[0].IsOver);
        world.Advance(10_000);
        Assert.Equal((0, 0), (world.Network.RentedChunks, world.Network.OpenTransports));
    }

    /// <summary>Of one exchange: input and output of two connections, a chunk more for each that is half used.</summary>
    private const int ChunksMax = 16;

    private static int BytesHeld(ProxyWorld world) => world.Network.RentedChunks * BufferPool.ChunkBytes;

    private static void AssertStopped(ProxyWorld world, MemoryPeer sender)
    {
        long sent = sender.SentTotal;
        Assert.InRange(sent, 1, 512 * 1024);
        Assert.InRange(world.Network.RentedChunks, 0, ChunksMax);
        world.Advance(1000);
        Assert.Equal(sent, sender.SentTotal);
    }

    private sealed class SmallBuffers : MemoryWeather
    {
        public override int BufferBytes() => HeldMax;
    }
}
