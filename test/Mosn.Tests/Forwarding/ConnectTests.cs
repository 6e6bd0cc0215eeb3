using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>CONNECT, where a route allows it and where not.</summary>
public sealed class ConnectTests
{
    private const string Connect = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";

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
