using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>A change of protocol by HTTP/1.1's <c>Upgrade</c>, on both sides of the proxy.</summary>
public sealed class UpgradeTests
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    private const string WebSocket =
        "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" + Key + "\r\n";

    private const string Agreed =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    [Fact]
    public void A_websocket_opens_and_bytes_go_both_ways()
    {
        using TunnelWorld world = new();
        world.Send(WebSocket);
        Assert.Equal(
            "GET /chat HTTP/1.1\r\nHost: a\r\n" + Key + "upgrade: websocket\r\nConnection: upgrade\r\n\r\n",
            world.Host.ReceivedText, ignoreCase: true);
        world.Answer(Agreed);
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", world.Client.ReceivedText);
        Assert.Contains("\r\nUpgrade: websocket\r\n", world.Client.ReceivedText, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: upgrade\r\n", world.Client.ReceivedText);
        Assert.Contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", world.Client.ReceivedText);
        Assert.DoesNotContain("Content-Length", world.Client.ReceivedText);
        Assert.DoesNotContain("Transfer-Encoding", world.Client.ReceivedText);
        world.AssertTunnel();
        Assert.Equal(1, world.Proxy.Count(SelfMetric.TunnelsActive));
        world.AssertCleanEnd();
        Assert.Equal(1, world.Proxy.Count(DownstreamMetric.RequestTotal));
        Assert.Equal((1, 0), (world.Proxy.Count(SelfMetric.TunnelsTotal), world.Proxy.Count(SelfMetric.TunnelsActive)));
    }

    [Fact]
    public void What_comes_with_the_101_is_not_lost()
    {
        using TunnelWorld world = new();
        world.Send(WebSocket);
        world.Answer(Agreed + "first words");
        Assert.EndsWith("\r\n\r\nfirst words", world.Client.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_101_without_an_answer_to_the_key_does_not_get_one_here()
    {
        using TunnelWorld world = new();
        world.Send(WebSocket);
        world.Answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", world.Client.ReceivedText);
        Assert.DoesNotContain("Sec-WebSocket-Accept", world.Client.ReceivedText, StringComparison.OrdinalIgnoreCase);
        world.AssertCleanEnd();
    }

    [Fact]
    public void What_the_client_sends_before_the_101_waits_for_it()
    {
        using TunnelWorld world = new();
        world.Send(WebSocket + "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.EndsWith("\r\n\r\n", world.Host.ReceivedText);
        Assert.DoesNotContain("/admin", world.Host.ReceivedText);
        world.Host.ClearReceived();
        world.Answer(Agreed);
        Assert.Equal("GET /admin HTTP/1.1\r\nHost: a\r\n\r\n", world.Host.ReceivedText);
        Assert.Equal(1, world.Proxy.Count(DownstreamMetric.RequestTotal));
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "200 OK")]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", "403 Forbidden")]
    [InlineData("HTTP/1.1 426 Upgrade Required\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", "426 Upgrade Required")]
    public void A_refusal_is_a_response_and_what_was_sent_after_the_request_is_dropped(string answer, string status)
    {
        using TunnelWorld world = new();
        world.Send(WebSocket + "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Answer(answer);
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", world.Client.ReceivedText);
        Assert.Contains("\r\nConnection: close\r\n", world.Client.ReceivedText);
        Assert.Contains("no", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        Assert.DoesNotContain("/admin", world.Host.ReceivedText);
        Assert.Equal(1, world.Proxy.Count(DownstreamMetric.RequestTotal));
        Assert.True(world.Host.IsOver); // The connection is not for anybody else.
        world.AssertCleanEnd();
    }

    [Fact]
    public void Each_direction_ends_on_its_own()
    {
        using TunnelWorld world = new();
        world.Open();
        world.Client.SendEnd();
        world.Proxy.Run();
        Assert.True(world.Host.InputEnded);
        Assert.False(world.Client.IsOver);
        world.Answer("still here");
        Assert.EndsWith("still here", world.Client.ReceivedText);
        world.Host.SendEnd();
        world.Proxy.Run();
        Assert.True(world.Client.InputEnded);
        Assert.False(world.Client.WasReset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_ends_its_direction_still_hears()
    {
        using TunnelWorld world = new();
        world.Open();
        world.Host.Send("bye");
        world.Host.SendEnd();
        world.Proxy.Run();
        Assert.EndsWith("bye", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        world.Host.ClearReceived();
        world.Send("bye, too");
        Assert.Equal("bye, too", world.Host.ReceivedText);
        world.Client.Close();
        world.Proxy.Run();
        Assert.True(world.Host.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_reset_stays_a_reset()
    {
        using TunnelWorld fromClient = new();
        fromClient.Open();
        fromClient.Client.Reset();
        fromClient.Proxy.Run();
        Assert.True(fromClient.Host.WasReset);
        fromClient.AssertCleanEnd();

        using TunnelWorld fromHost = new();
        fromHost.Open();
        fromHost.Host.Reset();
        fromHost.Proxy.Run();
        Assert.True(fromHost.Client.WasReset);
        fromHost.AssertCleanEnd();
    }

    [Fact]
    public void A_silent_tunnel_ends_after_five_minutes()
    {
        using TunnelWorld world = new();
        world.Open();
        world.Proxy.Advance(290_000);
        world.Send("x");
        world.Proxy.Advance(290_000);
        world.Answer("y");
        world.Proxy.Advance(290_000);
        Assert.False(world.Client.IsOver);
        world.Proxy.Advance(310_000);
        Assert.True(world.Client.InputEnded);
        Assert.True(world.Host.InputEnded);
        Assert.False(world.Client.WasReset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_tunnel_has_its_own_idle_time_and_no_other()
    {
        using TunnelWorld world = new(
            """, "timeout": "1s", "idle_timeout": "1s", "retry_policy": { "retry_on": true, "retry_timeout": "1s" }, """
            + """ "tunnel_idle_timeout": "20s" """);
        world.Open();
        world.Proxy.Advance(19_000);
        Assert.False(world.Client.IsOver);
        world.Proxy.Advance(21_000);
        Assert.True(world.Client.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Until_the_host_agrees_the_times_of_the_route_hold()
    {
        using TunnelWorld world = new(""", "timeout": "1s" """);
        world.Send(WebSocket);
        world.Proxy.Advance(1_100);
        Assert.StartsWith("HTTP/1.1 504 ", world.Client.ReceivedText);
        Assert.True(world.Client.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_does_not_read_stops_the_client_and_the_other_way_round()
    {
        using TunnelWorld world = new();
        world.Open();
        world.Host.KeepsReceived = world.Client.KeepsReceived = false;
        foreach ((MemoryPeer from, MemoryPeer to) in new[] { (world.Client, world.Host), (world.Host, world.Client) })
        {
            to.PauseReading();
            long before = to.ReceivedTotal;
            from.Send(new byte[8 * 1024 * 1024]);
            world.Proxy.Run();
            Assert.True(from.UnsentLength > 4 * 1024 * 1024);
            to.ResumeReading();
            world.Proxy.Run();
            Assert.Equal(0, from.UnsentLength);
            Assert.Equal(8 * 1024 * 1024, to.ReceivedTotal - before);
        }
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("Upgrade: foo\r\nConnection: Upgrade\r\n")]
    [InlineData("Upgrade: foo/2\r\nConnection: Upgrade\r\n")]
    [InlineData("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n")]
    [InlineData("Upgrade: websocket\r\n")]
    [InlineData("Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 2\r\n")]
    public void An_offer_that_is_not_allowed_is_not_passed_on_and_the_request_is(string fields)
    {
        using TunnelWorld world = new();
        string body = fields.Contains("Content-Length", StringComparison.Ordinal) ? "hi" : "";
        world.Send($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n{body}");
        Assert.DoesNotContain("pgrade", world.Host.ReceivedText);
        Assert.DoesNotContain("HTTP2", world.Host.ReceivedText);
        Assert.EndsWith("\r\n\r\n" + body, world.Host.ReceivedText);
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.DoesNotContain("close", world.Client.ReceivedText);
        world.Send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"); // On the same connections.
        Assert.Contains("GET /2 ", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")]
    public void A_websocket_needs_a_get_of_http_1_1(string request)
    {
        using TunnelWorld world = new();
        world.Send(request);
        Assert.DoesNotContain("pgrade", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_route_may_allow_other_protocols()
    {
        using TunnelWorld world = new(""", "upgrades": ["Foo"] """);
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nUpgrade: FOO\r\nConnection: Upgrade\r\n\r\n");
        Assert.StartsWith("POST / ", world.Host.ReceivedText);
        Assert.Contains("\r\nUpgrade: foo\r\nConnection: upgrade\r\n", world.Host.ReceivedText, StringComparison.OrdinalIgnoreCase);
        world.Answer("HTTP/1.1 101 X\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101 ", world.Client.ReceivedText);
        world.AssertTunnel();
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_route_may_allow_none()
    {
        using TunnelWorld world = new(""", "upgrades": [] """);
        world.Send(WebSocket);
        Assert.DoesNotContain("Upgrade", world.Host.ReceivedText);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", Agreed)]
    [InlineData(WebSocket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData(WebSocket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo, websocket\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData(WebSocket, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData(WebSocket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello")]
    public void A_101_that_nobody_asked_for_is_a_bad_gateway(string request, string answer)
    {
        using TunnelWorld world = new();
        world.Send(request);
        world.Answer(answer);
        Assert.StartsWith("HTTP/1.1 502 ", world.Client.ReceivedText);
        Assert.DoesNotContain("hello", world.Client.ReceivedText);
        Assert.True(world.Host.IsOver);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_request_for_a_tunnel_is_tried_again_on_a_fresh_connection_but_a_tunnel_is_not()
    {
        using TunnelWorld world = new(""", "retry_policy": { "retry_on": true, "num_retries": 3 } """);
        world.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Client.ClearReceived();
        world.Send(WebSocket);
        world.Host.Reset(); // The pooled connection was stale.
        world.Proxy.Run();
        Assert.Equal(2, world.Upstream.Peers.Count);
        world.Answer(Agreed);
        world.AssertTunnel();
        world.Host.Reset();
        world.Proxy.Run();
        Assert.Equal(2, world.Upstream.Peers.Count);
        Assert.True(world.Client.WasReset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_drain_lets_a_tunnel_go_on_until_everything_is_closed()
    {
        using TunnelWorld world = new();
        world.Open();
        world.Proxy.Wait(world.Proxy.Listeners[0].BeginDrainAsync().AsTask());
        world.AssertTunnel();
        Assert.Equal(1, world.Proxy.Listeners[0].DrainingCount);
        world.Proxy.Wait(world.Proxy.Listeners[0].CloseAsync().AsTask());
        world.Proxy.Run();
        Assert.True(world.Client.IsOver);
        Assert.True(world.Host.IsOver);
        world.AssertCleanEnd();
    }

    [Fact]
    public void An_upgrade_of_a_route_that_answers_itself_is_an_ordinary_request()
    {
        using TunnelWorld world = new(config: static text => text.Replace(
            "\"route\": { \"cluster_name\": \"upstream\" }",
            "\"direct_response\": { \"status\": 200, \"body\": \"self\" }",
            StringComparison.Ordinal));
        world.Send(WebSocket);
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.EndsWith("\r\n\r\nself", world.Client.ReceivedText);
        Assert.False(world.Client.IsOver);
        world.AssertCleanEnd();
    }

    [Fact]
    public void The_access_log_shows_what_went_through_when_the_tunnel_ends()
    {
        string log = Path.GetTempFileName();
        using TunnelWorld world = new(config: text => text.Replace(
            "\"bind_port\": true,",
            $$"""
            "bind_port": true, "access_logs": [{
              "log_path": "{{log}}", "log_format": "%response_code% %bytes_received% %bytes_sent% %response_flag%" }],
            """,
            StringComparison.Ordinal));
        world.Open();
        world.Send("12345");
        world.Answer("123");
        world.Proxy.WriteLogs();
        Assert.Empty(File.ReadAllText(log));
        world.Client.Close();
        world.Host.Close();
        world.Proxy.Run();
        world.Proxy.WriteLogs();
        Assert.Equal("101 5 3 false\n", File.ReadAllText(log));
        File.Delete(log);
    }
}
