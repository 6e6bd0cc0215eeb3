using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>Peers that take their time, or have too much to say: what they can hold is bounded, in time and in bytes.</summary>
public sealed class SlowPeerTests
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData(Post, "x")]
    [InlineData(Chunked, "1\r\nx\r\n")]
    public void A_body_that_drips_is_a_408_within_two_minutes(string head, string drop)
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(head);
        for (int seconds = 0; seconds < 120 && !client.IsOver; seconds += 10)
        {
            client.Send(drop);
            world.Advance(10_000);
        }
        Assert.StartsWith("HTTP/1.1 408 ", client.ReceivedText);
        Assert.Contains("Connection: close\r\n", client.ReceivedText);
        Assert.True(client.InputEnded);
        Assert.True(upstream.Peers[0].IsOver);
        Assert.Equal(0, world.Count(DownstreamMetric.RequestActive));
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void A_client_that_is_told_to_go_on_has_from_then_on_the_time_of_everybody()
    {
        using ProxyWorld world = new(ProxyWorld.Http(listener: """, "connection_idle_timeout": "0s" """));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        world.Advance(130_000);
        Assert.Equal("", client.ReceivedText); // It waits for us.
        upstream.Peers[0].Send("HTTP/1.1 100 Continue\r\n\r\n");
        world.Advance(59_000);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", client.ReceivedText);
        world.Advance(3_000);
        Assert.Contains("HTTP/1.1 408 ", client.ReceivedText);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void The_rest_of_a_slow_body_is_not_waited_for_even_if_it_is_short()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        world.Upstream();
        MemoryPeer client = world.Client();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nx");
        world.Advance(61_000);
        Assert.StartsWith("HTTP/1.1 408 ", client.ReceivedText);
        Assert.True(client.InputEnded);
    }

    [Fact]
    public void A_body_that_drips_behind_a_response_that_began_is_a_reset()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(Post);
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        for (int seconds = 0; seconds < 120 && !client.IsOver; seconds += 10)
        {
            client.Send("x");
            world.Advance(10_000);
        }
        Assert.True(client.WasReset);
        Assert.EndsWith("half", client.ReceivedText);
        Assert.True(upstream.Peers[0].IsOver);
    }

    [Fact]
    public void A_body_at_the_slowest_pace_that_is_allowed_arrives()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        const int Pieces = 40, PieceBytes = 700;
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Pieces * PieceBytes}\r\n\r\n");
        for (int i = 0; i < Pieces; i++)
        {
            world.Advance(10_000);
            client.Send(new string('x', PieceBytes));
        }
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        world.Run();
        Assert.EndsWith("ok", client.ReceivedText);
        world.Advance(80_000);
        Assert.False(client.IsOver);
    }

    [Fact]
    public void A_client_that_waits_for_a_slow_upstream_is_not_a_slow_client()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream(static peer => peer.PauseReading());
        MemoryPeer client = world.Client();
        const int Length = 4_000_000;
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {Length}\r\n\r\n");
        client.Send(new byte[Length]);
        world.Run();
        Assert.True(client.UnsentLength > 0);
        MemoryPeer host = upstream.Peers[0];
        for (int seconds = 0; seconds < 300; seconds += 14)
        {
            world.Advance(14_000);
            host.ReadSome(50_000); // Enough that our writes do not time out.
            world.Run();
        }
        Assert.False(client.IsOver);
        host.ResumeReading();
        world.Run();
        host.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        world.Run();
        Assert.EndsWith("ok", client.ReceivedText);
    }

    [Fact]
    public void A_client_that_waits_to_be_told_to_go_on_is_not_a_slow_client()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        world.Advance(80_000);
        Assert.Equal("", client.ReceivedText);
        upstream.Peers[0].Send("HTTP/1.1 100 Continue\r\n\r\n");
        world.Run();
        client.Send("hi");
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        world.Run();
        Assert.EndsWith("ok", client.ReceivedText);
    }

    [Fact]
    public void Any_pace_will_do_if_the_configuration_says_so()
    {
        using ProxyWorld world = new(ProxyWorld.Http(proxy: """
            , "extend_config": { "Http1": { "min_request_body_rate": 0 } }
            """));
        world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(Post);
        for (int i = 0; i < 30; i++)
        {
            client.Send("x");
            world.Advance(80_000);
        }
        Assert.False(client.IsOver);
        Assert.Equal("", client.ReceivedText);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Interim_responses_without_end_take_no_memory_and_end_with_the_routes_timeout(bool clientReads)
    {
        using ProxyWorld world = new(ProxyWorld.Http(route: ", \"timeout\": \"30s\""));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.KeepsReceived = false;
        if (!clientReads)
        {
            client.PauseReading();
        }
        client.Send(Get);
        world.Run();
        string interim = string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 1000));
        for (int second = 0; second < 40 && !upstream.Peers[0].IsOver; second++)
        {
            upstream.Peers[0].Send(interim);
            world.Advance(1_000);
            Assert.InRange(world.Network.RentedChunks, 0, 20);
        }
        Assert.True(upstream.Peers[0].IsOver);
        client.ResumeReading();
        AssertNothingIsLeft(world, client, upstream);
    }

    [Theory]
    [InlineData(32, 200, 200)]
    [InlineData(33, 20, 400)]
    [InlineData(20, 500, 400)]
    [InlineData(1, 9000, 400)]
    public void Trailers_of_a_request_have_bounds(int count, int length, int status)
    {
        // A small input buffer must not keep trailers from being complete.
        using ProxyWorld world = new(ProxyWorld.Http(
            listener: ", \"per_connection_buffer_limit_bytes\": 4096",
            proxy: """, "extend_config": { "Http1": { "max_header_size": 200 } }"""));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(Chunked + "0\r\n");
        foreach (char next in Trailers(count, length))
        {
            client.Send(next.ToString());
            world.Run();
        }
        if (status == 200)
        {
            upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            world.Run();
        }
        Assert.StartsWith($"HTTP/1.1 {status} ", client.ReceivedText);
    }

    [Theory]
    [InlineData(32, 200, true)]
    [InlineData(33, 20, false)]
    [InlineData(1, 9000, false)]
    public void Trailers_of_a_response_have_bounds(int count, int length, bool isWhole)
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(Get);
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + Trailers(count, length));
        world.Run();
        Assert.Equal(isWhole, client.ReceivedText.EndsWith("x\r\n\r\n", StringComparison.Ordinal));
        Assert.Equal(!isWhole, client.WasReset);
    }

    private static string Trailers(int count, int length) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n")) + "\r\n";

    private static void AssertNothingIsLeft(ProxyWorld world, MemoryPeer client, MemoryHost upstream)
    {
        client.Close();
        world.Advance(300_000);
        foreach (MemoryPeer peer in upstream.Peers)
        {
            peer.Close();
        }
        world.Advance(300_000);
        Assert.Empty(world.Leaks());
    }
}
