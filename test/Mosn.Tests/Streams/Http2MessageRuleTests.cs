using Mosn.Protocols.Http2;
using Mosn.Testing;
using static Mosn.Protocols.Http2.Http2ErrorCode;

namespace Mosn.Tests.Streams;

/// <summary>
/// What requests on a connection must and must not be: RFC 9113 section 8, rule by rule. What one head alone shows is in
/// the tests of its reader.
/// </summary>
public sealed class Http2MessageRuleTests : IDisposable
{
    private readonly Http2RuleWorld _world = new();

    private Http2Peer Client => _world.Client;

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("X-Upper", "1")] // 8.2.1
    [InlineData("x-a", "1\r\nx-smuggled: 2")]
    [InlineData("connection", "close")] // 8.2.2
    [InlineData("transfer-encoding", "chunked")]
    [InlineData(":path", "/twice")] // 8.3
    [InlineData(":status", "200")]
    [InlineData("host", "other")] // 8.3.1
    [InlineData("content-length", "5")] // 8.1.1: the stream ends with the head.
    public void A_malformed_request_ends_its_stream_and_reaches_no_host(string name, string value) // 8.1.1
    {
        Client.SendRequest(1, more: (name, value));
        _world.AssertStreamError(1, ProtocolError);
        Assert.Empty(_world.Upstream.Peers);
        _world.AssertServed(3);
    }

    [Theory]
    [InlineData("4", "hello")]
    [InlineData("6", "hello")]
    [InlineData("0", "hello")]
    public void A_body_is_as_long_as_it_was_said_to_be(string length, string body) // 8.1.1
    {
        Client.SendRequest(1, "POST", endStream: false, more: ("content-length", length));
        Client.SendData(1, body, endStream: true);
        _world.AssertStreamError(1, ProtocolError);
    }

    [Fact]
    public void A_body_that_is_too_long_is_cut_off_at_once() // 8.1.1
    {
        Client.SendRequest(1, "POST", endStream: false, more: ("content-length", "4"));
        Client.SendData(1, "hello");
        _world.AssertStreamError(1, ProtocolError);
    }

    [Fact]
    public void A_body_that_ends_with_trailers_is_as_long_as_it_was_said_to_be() // 8.1.1
    {
        Client.SendRequest(1, "POST", endStream: false, more: ("content-length", "6"));
        Client.SendData(1, "hello");
        Client.SendHead(1, endStream: true, ("x-sum", "1"));
        _world.AssertStreamError(1, ProtocolError);
    }

    [Fact]
    public void A_body_may_come_in_any_pieces() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false, more: ("content-length", "5"));
        Client.SendData(1, "he");
        Client.SendData(1, "");
        Client.SendData(1, "llo");
        Client.SendData(1, "", endStream: true);
        _world.AssertIgnored();
        Assert.EndsWith("\r\n\r\nhello", _world.Upstream.Peers[0].ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void Trailers_end_the_stream() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.SendHead(1, endStream: false, ("x-sum", "1"));
        _world.AssertStreamError(1, ProtocolError);
    }

    [Theory]
    [InlineData(":path", "/")]
    [InlineData("content-length", "5")]
    [InlineData("X-Sum", "1")]
    public void Trailers_hold_no_control_data_and_nothing_that_decides(string name, string value) // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.SendHead(1, endStream: true, (name, value));
        _world.AssertStreamError(1, ProtocolError);
    }

    [Fact]
    public void Nothing_follows_trailers() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.SendHead(1, endStream: true, ("x-sum", "1"));
        Client.SendHead(1, endStream: true, ("x-sum", "1"));
        _world.AssertStreamError(1, StreamClosed);
    }

    [Fact]
    public void Trailers_reach_the_host() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        Client.SendData(1, "hello");
        Client.SendHead(1, endStream: true, ("x-sum", "1"));
        _world.AssertIgnored();
        Assert.EndsWith(
            "\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n", _world.Upstream.Peers[0].ReceivedText,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_before_the_end_of_its_request_is_whole_and_the_rest_is_not_wanted() // 8.1
    {
        Client.SendRequest(1, "POST", endStream: false);
        _world.Run();
        _world.Upstream.Peers[0].Send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno");
        _world.Run();
        Http2PeerStream stream = Client.Stream(1);
        Assert.Equal((413, "no", true), (stream.Response.Status, stream.BodyText, stream.IsEnded));
        _world.AssertStreamError(1, NoError);

        // What is still under way is no error.
        Client.SendData(1, "late", endStream: true);
        _world.AssertAlive();
    }

    [Fact]
    public void Interim_responses_of_a_host_come_before_the_final_one() // 8.1
    {
        Client.SendRequest(1);
        _world.Run();
        _world.Upstream.Peers[0].Send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
        _world.Run();
        Assert.Equal([103], Client.Stream(1).Interim);
        Assert.Equal(204, Client.Stream(1).Response.Status);
        Assert.True(Client.Stream(1).IsEnded);
    }

    [Fact]
    public void No_response_says_what_concerns_one_connection() // 8.2.2
    {
        Client.SendRequest(1);
        _world.Run();
        _world.Upstream.Peers[0].Send(
            "HTTP/1.1 200 OK\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\n"
            + "Proxy-Connection: close\r\nUpgrade: h2c\r\nX-Own: 1\r\n\r\n0\r\n\r\n");
        _world.Run();
        Http2PeerStream stream = Client.Stream(1);
        string[] gone = ["connection", "x-hop", "keep-alive", "transfer-encoding", "proxy-connection", "upgrade"];
        foreach (string name in gone)
        {
            Assert.Null(stream.Field(name));
        }
        Assert.Equal("1", stream.Field("x-own"));
        Assert.True(stream.IsEnded);
    }

    [Fact]
    public void Parts_of_a_cookie_reach_a_host_as_one() // 8.2.3
    {
        Client.SendRequest(1, more: [("cookie", "a=1"), ("x-a", "1"), ("cookie", "b=2")]);
        _world.Run();
        Assert.Contains("\r\ncookie: a=1; b=2\r\n", _world.Upstream.Peers[0].ReceivedText, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_to_head_has_a_length_and_no_body() // 8.1.1
    {
        Client.SendRequest(1, "HEAD");
        _world.Run();
        _world.Upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        _world.Run();
        Http2PeerStream stream = Client.Stream(1);
        Assert.Equal(("5", 0, true), (stream.Field("content-length"), stream.BodyLength, stream.IsEnded));
    }

    [Fact]
    public void A_head_that_is_too_large_is_answered() // 10.5.1
    {
        Client.SendRequest(1, more: [.. Enumerable.Range(0, 130).Select(static i => ($"x-{i}", "1"))]);
        _world.Run();
        Assert.Equal(431, Client.Stream(1).Response.Status);
        Assert.Empty(_world.Upstream.Peers);
        _world.AssertServed(3);
    }

    [Fact]
    public void A_head_that_is_too_large_before_it_is_unpacked_is_answered_too() // 10.5.1
    {
        byte[] block = Http2Peer.Block(
            [
                (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"),
                .. Enumerable.Range(0, 100).Select(static i => ($"x-{i}", new string('~', 1000))),
            ]);
        byte[][] fragments = [.. block.Chunk(Http2Settings.FrameSizeMin)];
        for (int i = 0; i < fragments.Length; i++)
        {
            Client.Send(
                i == 0 ? Http2FrameType.Headers : Http2FrameType.Continuation,
                (i == 0 ? Http2FrameFlags.EndStream : Http2FrameFlags.None)
                    | (i == fragments.Length - 1 ? Http2FrameFlags.EndHeaders : Http2FrameFlags.None),
                1,
                fragments[i]);
        }
        _world.Run();
        Assert.Equal(431, Client.Stream(1).Response.Status);
        _world.AssertServed(3);
    }

    [Fact]
    public void A_response_larger_than_the_client_takes_is_a_502() // 6.5.2, 10.5.1
    {
        using Http2RuleWorld world = new("Http1", (6, 1000));
        world.Client.SendRequest(1);
        world.Run();
        world.Upstream.Peers[^1].Send(
            $"HTTP/1.1 103 Early Hints\r\nLink: {new string('l', 1000)}\r\n\r\n"
            + $"HTTP/1.1 200 OK\r\nX-Large: {new string('v', 1000)}\r\nContent-Length: 2\r\n\r\nok");
        world.Run();
        Http2PeerStream stream = world.Client.Stream(1);
        Assert.Equal((502, "", true), (stream.Response.Status, stream.BodyText, stream.IsEnded));
        Assert.Null(stream.Field("x-large"));
        Assert.Empty(stream.Interim);
        world.AssertServed(3);
        world.AssertAlive();
    }

    [Theory]
    [InlineData("")]
    [InlineData(
        """, "stream_filters": [{"type": "cors", "config": {"allow_origins": [{"exact": "http://b"}]}}]""")]
    public void The_502_for_it_is_edited_as_every_answer_of_ours(string filters)
    {
        using ProxyWorld world = new(Http2World.Config(
            listener: filters,
            route: """, "response_headers_to_add": [{"header": {"key": "x-edited", "value": "1"}}]"""));
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((6, 1000));
        client.SendRequest(1, more: ("origin", "http://b"));
        world.Run();
        upstream.Peers[^1].Send($"HTTP/1.1 200 OK\r\nX-Large: {new string('v', 1000)}\r\nContent-Length: 2\r\n\r\nok");
        world.Run();
        Assert.Equal(502, client.Stream(1).Response.Status);
        Assert.Equal("1", client.Stream(1).Field("x-edited"));
        Assert.Equal(filters.Length == 0 ? null : "http://b", client.Stream(1).Field("access-control-allow-origin"));
    }

    [Fact]
    public void Trailers_larger_than_the_client_takes_end_the_stream() // 6.5.2, 10.5.1
    {
        using Http2RuleWorld world = new("Http1", (6, 1000));
        world.Client.SendRequest(1);
        world.Run();
        world.Upstream.Peers[^1].Send(
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Large: {new string('v', 1000)}\r\n\r\n");
        world.AssertStreamError(1, InternalError);
        world.AssertServed(3);
    }
}
