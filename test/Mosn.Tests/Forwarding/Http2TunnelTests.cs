using System.Text;
using Mosn.Protocols.Http1;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>WebSockets and CONNECT with HTTP/2 on one side or both (RFC 8441).</summary>
public sealed class Http2TunnelTests
{
    private const string Agreed = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";

    private static readonly (int, uint)[] s_understands = [(8, 1)];

    [Fact]
    public void A_websocket_of_http2_reaches_a_host_of_http1()
    {
        using Http2TunnelWorld world = new();
        Assert.Contains(world.Http2.Frames[0].Payload.Chunk(6), static setting => setting is [0, 8, 0, 0, 0, 1]);
        world.OpenStream();
        world.Http2.SendData(1, "early");
        world.Run();
        string request = world.Host1.ReceivedText;
        Assert.StartsWith("GET /chat?x=1 HTTP/1.1\r\nHost: a\r\nsec-websocket-version: 13\r\n", request);
        Assert.Contains("\r\nupgrade: websocket\r\nConnection: upgrade\r\n", request, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("early", request);
        Assert.DoesNotContain("Transfer-Encoding", request);

        world.Host1.Send(Agreed + $"Sec-WebSocket-Accept: {AcceptOf(request)}\r\nSec-WebSocket-Protocol: chat\r\n\r\nhi");
        world.Run();
        Http2PeerStream stream = world.Http2.Stream(1);
        Assert.Equal(200, stream.Response.Status);
        Assert.Equal("chat", stream.Field("sec-websocket-protocol"));
        Assert.Null(stream.Field("sec-websocket-accept"));
        Assert.Null(stream.Field("upgrade"));
        Assert.Null(stream.Field("content-length"));
        Assert.Equal("hi", stream.BodyText);
        Assert.EndsWith("\r\n\r\nearly", world.Host1.ReceivedText);

        world.Http2.SendData(1, " more", endStream: true);
        world.Run();
        Assert.EndsWith("\r\n\r\nearly more", world.Host1.ReceivedText);
        Assert.True(world.Host1.InputEnded);
        Assert.False(stream.IsEnded);
        world.Host1.Send(" bye");
        world.Host1.SendEnd();
        world.Run();
        Assert.Equal("hi bye", stream.BodyText);
        Assert.True(stream.IsEnded);
        Assert.Null(stream.Reset);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")]
    [InlineData("")]
    public void A_host_of_http1_must_answer_the_key_that_it_was_given(string accept)
    {
        using Http2TunnelWorld world = new();
        world.OpenStream();
        world.Host1.Send(Agreed + accept + "\r\n");
        world.Run();
        Assert.Equal(502, world.Http2.Stream(1).Response.Status);
        Assert.True(world.Http2.Stream(1).IsEnded);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", 403, "no")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", 502, "")] // A 200 would say that the tunnel stands.
    public void A_refusal_is_a_response_that_opens_nothing(string answer, int status, string body)
    {
        using Http2TunnelWorld world = new();
        world.OpenStream();
        world.Http2.SendData(1, "early");
        world.Host1.Send(answer);
        world.Run();
        Assert.Equal(status, world.Http2.Stream(1).Response.Status);
        Assert.Equal(body, world.Http2.Stream(1).BodyText);
        Assert.DoesNotContain("early", world.Host1.ReceivedText);
        world.OpenStream(3); // The connection goes on.
        Assert.Equal(2, world.Upstream.Peers.Count);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_websocket_of_http1_reaches_a_host_of_http2()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        MemoryPeer client = world.Proxy.Client();
        client.Send(
            "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\nearly");
        world.Run();
        Http2PeerStream request = world.Host2.Stream(1);
        Assert.Equal("CONNECT", Encoding.Latin1.GetString(request.Request.Method));
        Assert.Equal("websocket", Encoding.Latin1.GetString(request.Request.Protocol));
        Assert.Equal("/chat", Encoding.Latin1.GetString(request.Request.Path));
        Assert.Equal("http", Encoding.Latin1.GetString(request.Request.Scheme));
        Assert.Equal("13", request.Field("sec-websocket-version"));
        Assert.Null(request.Field("sec-websocket-key"));
        Assert.False(request.IsEnded);
        Assert.Equal("", request.BodyText);

        world.Host2.SendHead(1, endStream: false, (":status", "200"), ("sec-websocket-protocol", "chat"));
        world.Host2.SendData(1, "hi");
        world.Run();
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols\r\n", client.ReceivedText);
        Assert.Contains("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", client.ReceivedText);
        Assert.Contains("\r\nUpgrade: websocket\r\n", client.ReceivedText);
        Assert.Contains("\r\nConnection: upgrade\r\n", client.ReceivedText);
        Assert.EndsWith("\r\n\r\nhi", client.ReceivedText);
        Assert.Equal("early", request.BodyText);

        world.Host2.SendData(1, "", endStream: true);
        world.Run();
        Assert.True(client.InputEnded);
        client.Send(" more");
        client.SendEnd();
        world.Run();
        Assert.Equal("early more", request.BodyText);
        Assert.True(request.IsEnded);
        Assert.Null(request.Reset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_of_http2_has_seen_no_key_and_its_answer_to_one_does_not_count()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        MemoryPeer client = world.Proxy.Client();
        client.Send(
            "GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        world.Run();
        world.Host2.SendHead(1, endStream: false, (":status", "200"), ("sec-websocket-accept", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="));
        world.Run();
        Assert.Contains("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", client.ReceivedText);
        Assert.DoesNotContain("Kfh9", client.ReceivedText);
        client.Close();
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_websocket_of_http2_reaches_a_host_of_http2()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        world.OpenStream();
        world.Host2.SendHead(1, endStream: false, (":status", "200"));
        world.Http2.SendData(1, "to the host");
        world.Host2.SendData(1, "to the client");
        world.Run();
        Assert.Equal("to the host", world.Host2.Stream(1).BodyText);
        Assert.Equal("to the client", world.Http2.Stream(1).BodyText);
        Assert.Null(world.Host2.Stream(1).Field("sec-websocket-key"));
        world.Http2.SendReset(1);
        world.Run();
        Assert.NotNull(world.Host2.Stream(1).Reset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_reset_of_a_host_reaches_the_client_even_behind_its_end()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        world.OpenStream();
        world.Host2.SendHead(1, endStream: false, (":status", "200"));
        world.Host2.SendData(1, "bye", endStream: true);
        world.Run();
        Assert.True(world.Http2.Stream(1).IsEnded);
        world.Host2.SendReset(1, Http2ErrorCode.InternalError);
        world.Run();
        Assert.NotNull(world.Http2.Stream(1).Reset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_says_goodbye_without_an_error_has_ended_the_tunnel_in_order()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        world.OpenStream();
        world.Host2.SendHead(1, endStream: false, (":status", "200"));
        world.Host2.SendData(1, "bye");
        world.Host2.SendReset(1, Http2ErrorCode.NoError);
        world.Run();
        Assert.Equal("bye", world.Http2.Stream(1).BodyText);
        Assert.True(world.Http2.Stream(1).IsEnded);
        Assert.Null(world.Http2.Stream(1).Reset);
        world.Http2.SendData(1, "bye", endStream: true);
        world.Run();
        Assert.Null(world.Http2.Stream(1).Reset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_client_that_says_goodbye_without_an_error_has_ended_the_tunnel_in_order()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: s_understands);
        world.OpenStream();
        world.Host2.SendHead(1, endStream: false, (":status", "200"));
        world.Http2.SendData(1, "bye");
        world.Http2.SendReset(1, Http2ErrorCode.NoError);
        world.Run();
        Assert.Equal("bye", world.Host2.Stream(1).BodyText);
        Assert.True(world.Host2.Stream(1).IsEnded);
        Assert.Null(world.Host2.Stream(1).Reset);
        world.Host2.SendData(1, "bye", endStream: true);
        world.Run();
        Assert.Null(world.Host2.Stream(1).Reset);
        world.AssertCleanEnd();
    }

    [Fact]
    public void The_request_waits_for_the_settings_of_the_host()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: null);
        world.OpenStream();
        Assert.DoesNotContain(world.Host2.Frames, static frame => frame.Type == Http2FrameType.Headers);
        world.Host2.Start(s_understands);
        world.Run();
        Assert.True(world.Host2.Stream(1).HasHead);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_client_that_leaves_meanwhile_is_not_sent_on()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: null);
        world.OpenStream();
        world.Http2.SendReset(1);
        world.Run();
        world.Host2.Start(s_understands);
        world.Run();
        Assert.DoesNotContain(world.Host2.Frames, static frame => frame.Type == Http2FrameType.Headers);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_host_that_knows_no_extended_connect_is_a_bad_gateway(bool isKnownBefore)
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: isKnownBefore ? [] : null);
        world.OpenStream();
        if (!isKnownBefore)
        {
            world.Host2.Start();
            world.Run();
        }
        Assert.Equal(502, world.Http2.Stream(1).Response.Status);
        Assert.DoesNotContain(world.Host2.Frames, static frame => frame.Type == Http2FrameType.Headers);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_connection_that_dies_before_its_settings_is_replaced()
    {
        using Http2TunnelWorld world = new(upstream: "Http2", host: null);
        world.OpenStream();
        world.Host2.Peer.Reset();
        world.Run();
        Assert.Equal(2, world.Upstream.Peers.Count);
        world.Host2.Start(s_understands);
        world.Run();
        Assert.True(world.Host2.Stream(1).HasHead);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("foo", "")]
    [InlineData("websocket", """, "upgrades": [] """)]
    public void What_the_route_does_not_allow_is_refused(string protocol, string route)
    {
        using Http2TunnelWorld world = new(route);
        world.OpenStream(protocol: protocol);
        Assert.Equal(501, world.Http2.Stream(1).Response.Status);
        Assert.Empty(world.Upstream.Peers);
        world.AssertCleanEnd();
    }

    [Fact]
    public void Connect_is_refused_unless_the_route_says_otherwise()
    {
        using Http2TunnelWorld world = new();
        world.Http2.SendHead(1, endStream: false, (":method", "CONNECT"), (":authority", "example.com:443"));
        world.Run();
        Assert.Equal(501, world.Http2.Stream(1).Response.Status);
        world.AssertCleanEnd();
    }

    [Theory]
    [InlineData("Http1")]
    [InlineData("Http2")]
    public void Connect_goes_to_a_host_that_is_a_proxy(string upstream)
    {
        using Http2TunnelWorld world = new(""", "connect": "forward" """, upstream, host: []);
        world.Http2.SendHead(1, endStream: false, (":method", "CONNECT"), (":authority", "example.com:443"));
        world.Run();
        if (upstream == "Http1")
        {
            Assert.Equal("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", world.Host1.ReceivedText);
            world.Host1.Send("HTTP/1.1 200 OK\r\n\r\nhello");
        }
        else
        {
            Assert.Equal("CONNECT", Encoding.Latin1.GetString(world.Host2.Stream(1).Request.Method));
            Assert.Equal("example.com:443", Encoding.Latin1.GetString(world.Host2.Stream(1).Request.Authority));
            Assert.Equal("", Encoding.Latin1.GetString(world.Host2.Stream(1).Request.Path));
            world.Host2.SendHead(1, endStream: false, (":status", "200"));
            world.Host2.SendData(1, "hello");
        }
        world.Run();
        Assert.Equal(200, world.Http2.Stream(1).Response.Status);
        Assert.Equal("hello", world.Http2.Stream(1).BodyText);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_tunnel_of_http2_may_end_here()
    {
        using Http2TunnelWorld world = new(""", "connect": "terminate" """);
        world.Http2.SendHead(1, endStream: false, (":method", "CONNECT"), (":authority", "example.com:443"));
        world.Http2.SendData(1, "early", endStream: true);
        world.Run();
        Assert.Equal(200, world.Http2.Stream(1).Response.Status);
        Assert.Equal("early", world.Host1.ReceivedText);
        Assert.True(world.Host1.InputEnded);
        world.Host1.Send("hello");
        world.Host1.SendEnd();
        world.Run();
        Assert.Equal("hello", world.Http2.Stream(1).BodyText);
        Assert.True(world.Http2.Stream(1).IsEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_tunnel_is_bound_by_neither_size_nor_pace_of_a_body()
    {
        using Http2TunnelWorld world = new(settings: """ "max_request_body_size": 10, "min_request_body_rate": 1000 """);
        world.OpenStream();
        world.Host1.Send(Agreed + $"Sec-WebSocket-Accept: {AcceptOf(world.Host1.ReceivedText)}\r\n\r\n");
        world.Run();
        world.Http2.SendData(1, new string('x', 100_000));
        world.Run();
        for (int minute = 0; minute < 4; minute++)
        {
            world.Proxy.Advance(60_000);
        }
        world.Http2.SendData(1, "y");
        world.Run();
        Assert.EndsWith("xxy", world.Host1.ReceivedText);
        Assert.Null(world.Http2.Stream(1).Reset);
        world.Proxy.Advance(400_000); // But by silence.
        Assert.True(world.Http2.Stream(1).IsEnded);
        Assert.True(world.Host1.InputEnded);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_client_that_gives_no_window_stops_the_host()
    {
        using Http2TunnelWorld world = new();
        world.OpenStream();
        world.Http2.GivesWindow = false;
        world.Host1.Send(Agreed + $"Sec-WebSocket-Accept: {AcceptOf(world.Host1.ReceivedText)}\r\n\r\n");
        world.Host1.Send(new byte[4 * 1024 * 1024]);
        world.Run();
        Assert.Equal(65_535, world.Http2.Stream(1).BodyLength);
        Assert.InRange(world.Host1.UnsentLength, 3 * 1024 * 1024, int.MaxValue);
        world.Http2.GivesWindow = true;
        world.Http2.SendWindow(0, 1_000_000);
        world.Http2.SendWindow(1, 1_000_000);
        world.Run();
        Assert.Equal(4 * 1024 * 1024, world.Http2.Stream(1).BodyLength);
        world.AssertCleanEnd();
    }

    [Fact]
    public void A_host_that_does_not_read_keeps_the_client_from_getting_a_window()
    {
        using Http2TunnelWorld world = new();
        world.OpenStream();
        world.Host1.Send(Agreed + $"Sec-WebSocket-Accept: {AcceptOf(world.Host1.ReceivedText)}\r\n\r\n");
        world.Run();
        world.Host1.KeepsReceived = false;
        world.Host1.PauseReading();
        long sent = SendAll();
        Assert.InRange(sent, 64 * 1024, 2 * 1024 * 1024);
        world.Host1.ResumeReading();
        world.Run();
        Assert.InRange(SendAll(), 64 * 1024, long.MaxValue);
        world.AssertCleanEnd();

        // As long as the windows allow, up to 16 MiB.
        long SendAll()
        {
            long count = 0;
            while (count < 16 * 1024 * 1024)
            {
                long window = 65_536 + world.Http2.Frames
                    .Where(static frame => frame is { Type: Http2FrameType.WindowUpdate, StreamId: 1 })
                    .Sum(static frame => (long)System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame.Payload));
                long length = Math.Min(16_384, window - world.Sent);
                if (length <= 0)
                {
                    break;
                }
                world.Http2.SendData(1, new byte[length]);
                world.Sent += length;
                count += length;
                world.Run();
            }
            return count;
        }
    }

    [Fact]
    public void A_connection_of_http1_goes_on_in_http2()
    {
        using Http2TunnelWorld world = new();
        MemoryPeer peer = world.Proxy.Client();
        peer.Send(
            "GET /first HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
        world.Run();
        const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n";
        Assert.StartsWith(Switch, peer.ReceivedText);
        Assert.StartsWith("GET /first HTTP/1.1\r\nHost: a\r\n\r\n", world.Host1.ReceivedText);
        peer.Consume(Switch.Length);
        peer.Send(Http2Preface.Bytes);
        peer.Send([0, 0, 0, 4, 0, 0, 0, 0, 0]); // SETTINGS come first, before what answers the proxy's.
        Http2Peer client = new(peer);
        world.Host1.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
        world.Run();
        Assert.Equal("first", client.Stream(1).BodyText);
        Assert.True(client.Stream(1).IsEnded);
        client.SendRequest(3, path: "/second");
        world.Run();
        Assert.Contains("GET /second ", world.Host1.ReceivedText);
        peer.Close();
        world.AssertCleanEnd();
    }

    /// <summary>The answer of RFC 6455 to the key in a request.</summary>
    private static string AcceptOf(string request)
    {
        const string Field = "sec-websocket-key: ";
        string key = request[(request.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length)..];
        Span<byte> accept = stackalloc byte[WebSocketHandshake.AcceptLength];
        WebSocketHandshake.WriteAccept(Encoding.ASCII.GetBytes(key[..key.IndexOf('\r')]), accept);
        return Encoding.ASCII.GetString(accept);
    }

    /// <summary>A client of HTTP/2, the proxy, and a host of either version.</summary>
    private sealed class Http2TunnelWorld : IDisposable
    {
        private readonly List<Http2Peer> _hosts = [];

        /// <param name="host">Settings of a host of HTTP/2; null: it says nothing yet.</param>
        public Http2TunnelWorld(string route = "", string upstream = "Http1", (int, uint)[]? host = null, string settings = "")
        {
            Proxy = new ProxyWorld(Http2World.Config(settings, route: route, upstream: upstream));
            Upstream = Proxy.Upstream(upstream == "Http1" ? null : peer =>
            {
                Http2Peer http2 = new(peer, isServer: true) { AcksSettings = host is not null };
                _hosts.Add(http2);
                if (host is not null)
                {
                    http2.Start(host);
                }
            });
            Http2 = Proxy.Http2Client();
        }

        public ProxyWorld Proxy { get; }

        /// <summary>Bytes that a test has sent on a stream.</summary>
        public long Sent { get; set; }

        public MemoryHost Upstream { get; }

        public Http2Peer Http2 { get; }

        public MemoryPeer Host1 => Upstream.Peers[^1];

        public Http2Peer Host2 => _hosts[^1];

        public void Run() => Proxy.Run();

        public void OpenStream(int id = 1, string protocol = "websocket")
        {
            Http2.SendHead(
                id, endStream: false, (":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"),
                (":authority", "a"), (":path", "/chat?x=1"), ("sec-websocket-version", "13"));
            Run();
        }

        public void AssertCleanEnd()
        {
            Http2.Peer.Close();
            Proxy.Advance(100_000);
            foreach (MemoryPeer peer in Upstream.Peers)
            {
                peer.Close();
            }
            Proxy.Advance(400_000);
            Assert.Empty(Proxy.Leaks());
            Assert.Equal(0, Proxy.Count(SelfMetric.BugsTotal));
        }

        public void Dispose() => Proxy.Dispose();
    }
}
