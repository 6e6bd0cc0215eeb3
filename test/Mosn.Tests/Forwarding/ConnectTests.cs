using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>CONNECT, where a route allows it and where not.</summary>
public sealed class ConnectTests
{
    private const string Connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";

    private const string Terminate = """, "connect": "terminate" """;

    private const string Forward = """, "connect": "forward" """;

    [Fact]
    public void Without_a_word_of_the_route_it_is_refused_and_what_follows_is_not_read()
    {
        using TunnelWorld world = new();
        world.Send(Connect + "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 501 ", world.Client.ReceivedText);
        Assert.Contains("\r\nConnection: close\r\n", world.Client.ReceivedText);
        Assert.Equal(1, world.Client.ReceivedText.Split("HTTP/1.1").Length - 1);
        Assert.True(world.Client.InputEnded);
        Assert.Empty(world.Upstream.Peers);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_is_a_proxy_gets_it_as_it_is()
    {
        using TunnelWorld world = new(Forward);
        world.Send(Connect + "early");
        Assert.Equal(Connect, world.Host.ReceivedText);
        world.Host.ClearReceived();
        world.Answer("HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\nX: y\r\n\r\nhello");
        Assert.Equal("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nhello", world.Client.ReceivedText);
        Assert.Equal("early", world.Host.ReceivedText);
        world.AssertTunnel();
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", "HTTP/1.1 407 ")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 502 ")]
    public void A_refusal_ends_the_connection(string answer, string expected)
    {
        using TunnelWorld world = new(Forward);
        world.Send(Connect + "early");
        world.Answer(answer);
        Assert.StartsWith(expected, world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        Assert.DoesNotContain("early", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_tunnel_that_ends_here_goes_to_a_host_as_bytes()
    {
        using TunnelWorld world = new(Terminate);
        world.Send(Connect + "early");
        Assert.Equal("HTTP/1.1 200 OK\r\n\r\n", world.Client.ReceivedText);
        Assert.Equal("early", world.Host.ReceivedText);
        world.AssertTunnel();
        world.Client.SendEnd();
        world.Proxy.Run();
        Assert.True(world.Host.InputEnded);
        world.Answer("late");
        Assert.EndsWith("late", world.Client.ReceivedText);
        world.Host.Close();
        world.Proxy.Run();
        Assert.True(world.Client.InputEnded);
        world.AssertCleanEnd();
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.ConnectionTotal));
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.RequestTotal));
    }

    [Fact]
    public void A_tunnel_that_ends_here_is_reset_with_the_host()
    {
        using TunnelWorld world = new(Terminate);
        world.Send(Connect);
        world.Host.Reset();
        world.Proxy.Run();
        Assert.True(world.Client.WasReset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_tunnel_that_ends_here_is_idle_for_five_minutes_at_most()
    {
        using TunnelWorld world = new(Terminate);
        world.Send(Connect);
        world.Proxy.Advance(299_000);
        Assert.False(world.Client.IsOver);
        world.Proxy.Advance(2_000);
        Assert.True(world.Client.InputEnded);
        Assert.True(world.Host.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_is_not_there_is_a_bad_gateway()
    {
        using TunnelWorld world = new(Terminate);
        world.Upstream.Close();
        world.Send(Connect + "early");
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Another_host_is_tried_if_one_is_not_there()
    {
        using ProxyWorld world = new(ProxyWorld.Http(route: Terminate, hosts: 2));
        MemoryHost second = world.Upstream(index: 1);
        for (int i = 0; i < 2; i++)
        {
            MemoryPeer client = world.Client();
            client.Send(Connect + "x");
            world.Run();
            Assert.StartsWith("HTTP/1.1 200 ", client.ReceivedText);
        }
        Assert.Equal(["x", "x"], second.Peers.Select(static peer => peer.ReceivedText));
    }

    [Fact]
    public void The_bound_on_connections_holds_for_tunnels_that_end_here()
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            route: Terminate, cluster: """, "circuit_breakers": [{ "max_connections": 1 }], "pending_timeout": "1s" """));
        MemoryHost upstream = world.Upstream();
        MemoryPeer first = world.Client();
        first.Send(Connect);
        world.Run();
        MemoryPeer second = world.Client();
        second.Send(Connect);
        world.Run();
        Assert.Single(upstream.Peers);
        first.Close();
        upstream.Peers[0].Close();
        world.Run();
        Assert.StartsWith("HTTP/1.1 200 ", second.ReceivedText);
        Assert.Equal(2, upstream.Peers.Count);
        MemoryPeer third = world.Client();
        third.Send(Connect);
        world.Run();
        world.Advance(1_100);
        Assert.StartsWith("HTTP/1.1 503 ", third.ReceivedText);
    }

    [Fact]
    public void Other_requests_of_the_route_go_their_way()
    {
        using TunnelWorld world = new(Terminate);
        world.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("GET / ", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void An_error_is_no_grpc_status_which_would_be_a_200()
    {
        using TunnelWorld world = new(Forward);
        world.Send("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\nContent-Type: application/grpc\r\n\r\n");
        world.Host.Reset();
        world.Proxy.Run();
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void It_never_gets_a_2xx_that_is_no_tunnel()
    {
        using TunnelWorld world = new(config: static text => text.Replace(
            "\"route\": { \"cluster_name\": \"upstream\" }",
            "\"direct_response\": { \"status\": 200, \"body\": \"self\" }",
            StringComparison.Ordinal));
        world.Send(Connect);
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Routes_find_it_by_its_authority()
    {
        using TunnelWorld world = new(Forward, static text => text.Replace("\"*\"", "\"example.com:443\"", StringComparison.Ordinal));
        world.Send("CONNECT other.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", world.Client.ReceivedText);
        MemoryPeer second = world.Proxy.Client();
        second.Send(Connect);
        world.Proxy.Run();
        Assert.Equal(Connect, world.Host.ReceivedText);
    }
}
