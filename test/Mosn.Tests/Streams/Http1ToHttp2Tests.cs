using System.Text;
using Mosn.Protocols.Http2;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Clients of HTTP/1 and hosts of HTTP/2: nothing of an exchange is lost between them.</summary>
public sealed class Http1ToHttp2Tests : IDisposable
{
    private readonly ProxyWorld _world = new(Http2World.Config(upstream: "Http2"));
    private readonly List<Http2Peer> _hosts = [];
    private readonly MemoryPeer _client;

    public Http1ToHttp2Tests()
    {
        _world.Upstream(peer =>
        {
            Http2Peer host = new(peer, isServer: true);
            host.Start();
            _hosts.Add(host);
        });
        _client = _world.Client();
    }

    private Http2Peer Host => _hosts[0];

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_request_and_its_response_go_through()
    {
        Send("GET /a?b HTTP/1.1\r\nHost: A.example\r\nX-Own: X\r\nConnection: keep-alive\r\n\r\n");
        Http2PeerStream stream = Host.Stream(1);
        Assert.Equal(("GET", "/a?b"), (Text(stream.Request.Method), Text(stream.Request.Target)));
        Assert.Equal(("A.example", "X", null), (stream.Field("host"), stream.Field("x-own"), stream.Field("connection")));
        Assert.True(stream.IsEnded);

        Host.SendHead(1, endStream: false, (":status", "200"), ("content-length", "5"), ("x-own", "Y"));
        Host.SendData(1, "hello", endStream: true);
        AssertReceived("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-own: Y\r\n\r\nhello");
    }

    [Fact]
    public void Requests_of_one_connection_follow_each_other_on_another()
    {
        Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal([1], Host.Streams.Keys);
        Host.SendHead(1, endStream: true, (":status", "204"));
        AssertReceived("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal([1, 3], Host.Streams.Keys);
        Host.SendHead(3, endStream: true, (":status", "304"));
        AssertReceived("HTTP/1.1 304 Not Modified\r\n\r\n");
        Assert.Single(_hosts);
    }

    [Fact]
    public void A_body_of_known_length_keeps_it()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
        Http2PeerStream stream = Host.Stream(1);
        Assert.Equal(("5", "he", false), (stream.Field("content-length"), stream.BodyText, stream.IsEnded));
        Send("llo");
        Assert.Equal(("hello", true), (stream.BodyText, stream.IsEnded));
    }

    [Fact]
    public void Chunks_and_trailers_become_data_and_trailers()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n");
        Http2PeerStream stream = Host.Stream(1);
        Assert.Equal((null, "X-Sum"), (stream.Field("transfer-encoding"), stream.Field("trailer")));
        Assert.Equal("hello", stream.BodyText);
        Send("0\r\nX-Sum: 1\r\n\r\n");
        Assert.True(stream.IsEnded);
        Assert.True(stream.Trailers.TryGet("x-sum"u8, out ReadOnlySpan<byte> sum));
        Assert.Equal("1", Text(sum));
    }

    [Fact]
    public void Data_and_trailers_become_chunks_and_trailers()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n");
        Assert.Equal("trailers", Host.Stream(1).Field("te"));
        Host.SendHead(1, endStream: false, (":status", "200"));
        Host.SendData(1, "hello");
        Host.SendHead(1, endStream: true, ("x-sum", "1"));
        AssertReceived("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-sum: 1\r\n\r\n");
    }

    [Fact]
    public void A_client_of_HTTP_1_0_gets_an_end_and_no_chunks()
    {
        Send("GET / HTTP/1.0\r\n\r\n");
        Host.SendHead(1, endStream: false, (":status", "200"));
        Host.SendData(1, "hello", endStream: true);
        _world.Run();
        Assert.EndsWith("\r\n\r\nhello", _client.ReceivedText, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", _client.ReceivedText, StringComparison.OrdinalIgnoreCase);
        Assert.True(_client.InputEnded);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: \r\n\r\n")]
    public void A_request_that_is_for_nobody_is_for_the_host_that_gets_it(string request)
    {
        Send(request);
        Assert.Equal(ProxyWorld.UpstreamAddress.ToString(), Host.Stream(1).Field("host"));
    }

    [Theory]
    [InlineData("HEAD", "200", "5", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("HEAD", "200", "", "HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("GET", "304", "5", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n")]
    [InlineData("GET", "204", "", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "200", "", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public void A_response_without_a_body_ends_with_its_head(string method, string status, string length, string expected)
    {
        for (int id = 1; id < 4; id += 2)
        {
            Send($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            (string Name, string Value)[] fields = [(":status", status)];
            Host.SendHead(id, endStream: true, length.Length == 0 ? fields : [.. fields, ("content-length", length)]);
            AssertReceived(expected);
        }
    }

    [Fact]
    public void Interim_responses_pass()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("100-continue", Host.Stream(1).Field("expect"));
        Host.SendHead(1, endStream: false, (":status", "103"), ("link", "</a>"));
        AssertReceived("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
        Host.SendHead(1, endStream: false, (":status", "100"));
        AssertReceived("HTTP/1.1 100 Continue\r\n\r\n");
        Send("hello");
        Assert.Equal(("hello", true), (Host.Stream(1).BodyText, Host.Stream(1).IsEnded));
        Host.SendHead(1, endStream: true, (":status", "204"));
        AssertReceived("HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Fact]
    public void A_response_that_breaks_off_does_not_look_whole()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Host.SendHead(1, endStream: false, (":status", "200"));
        Host.SendData(1, "half");
        _world.Run();
        Host.SendReset(1, Http2ErrorCode.InternalError);
        _world.Run();
        Assert.True(_client.IsOver);
        Assert.DoesNotContain("\r\n0\r\n", _client.ReceivedText, StringComparison.Ordinal);
        Assert.False(Host.Peer.IsOver);
    }

    [Fact]
    public void A_client_that_leaves_cancels_its_stream_and_no_other()
    {
        Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        MemoryPeer other = _world.Client();
        other.Send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        _world.Run();
        _client.Close();
        _world.Run();
        Assert.Equal(Http2ErrorCode.Cancel, Host.Stream(1).Reset);
        Host.SendHead(3, endStream: true, (":status", "204"));
        _world.Run();
        Assert.Equal("HTTP/1.1 204 No Content\r\n\r\n", other.ReceivedText);
    }

    [Fact]
    public void A_large_body_goes_at_the_pace_of_the_hosts_windows()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
        Host.GivesWindow = false;
        Send(new string('b', 1_000_000));
        Assert.Equal(65_535, Host.Stream(1).BodyLength);
        Assert.True(_client.UnsentLength > 0 || _world.Network.RentedChunks < 100);
        while (!Host.Stream(1).IsEnded)
        {
            Host.SendWindow(0, 50_000);
            Host.SendWindow(1, 50_000);
            long before = Host.Stream(1).BodyLength;
            _world.Run();
            Assert.True(Host.Stream(1).BodyLength > before);
        }
        Assert.Equal(1_000_000, Host.Stream(1).BodyLength);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private void Send(string text)
    {
        _client.Send(text);
        _world.Run();
    }

    private void AssertReceived(string expected)
    {
        _world.Run();
        Assert.Equal(expected, _client.ReceivedText);
        _client.ClearReceived();
    }
}
