using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>HTTP/1.1 through the whole proxy, when everybody behaves.</summary>
public sealed class Http1ProxyTests : IDisposable
{
    private readonly ProxyWorld _world = new(ProxyWorld.Http());
    private readonly MemoryHost _upstream;
    private readonly MemoryPeer _client;

    public Http1ProxyTests()
    {
        _upstream = _world.Upstream();
        _client = _world.Client();
    }

    private MemoryPeer Host => _upstream.Peers[^1];

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_request_goes_through_and_its_response_comes_back()
    {
        Send("GET /path?q=1 HTTP/1.1\r\nHost: example.com\r\nX-Mixed-Case: Kept\r\n\r\n");
        Assert.StartsWith("GET /path?q=1 HTTP/1.1\r\n", Host.ReceivedText);
        Assert.Contains("\r\nX-Mixed-Case: Kept\r\n", Host.ReceivedText);
        Assert.Contains("\r\nHost: example.com\r\n", Host.ReceivedText);
        Assert.EndsWith("\r\n\r\n", Host.ReceivedText);

        Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Reply: Yes\r\n\r\nhello");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", _client.ReceivedText);
        Assert.Contains("\r\nX-Reply: Yes\r\n", _client.ReceivedText);
        Assert.EndsWith("\r\n\r\nhello", _client.ReceivedText);
        Assert.Equal((1, 0), (_world.Count(DownstreamMetric.RequestTotal), _world.Count(DownstreamMetric.RequestActive)));
        Assert.Equal(1, _world.Count(DownstreamMetric.Request200Total));
    }

    [Fact]
    public void A_response_has_no_say_in_transfer_codings()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nTE: trailers\r\nConnection: TE\r\nX-Reply: Yes\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("HTTP/1.1 200 OK\r\nX-Reply: Yes\r\nContent-Length: 0\r\n\r\n", _client.ReceivedText);
    }

    [Fact]
    public void Connections_are_kept_on_both_sides()
    {
        for (int i = 0; i < 5; i++)
        {
            _client.ClearReceived();
            Send($"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n");
            Answer($"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{i}");
            Assert.EndsWith($"\r\n\r\n{i}", _client.ReceivedText);
        }
        Assert.Single(_upstream.Peers);
        Assert.Equal(1, _world.Count(DownstreamMetric.ConnectionTotal));
        Assert.False(_client.IsOver);
    }

    [Fact]
    public void A_client_that_ends_inside_a_further_head_gets_the_responses_before_it()
    {
        using ProxyWorld world = new(
            ProxyWorld.Http().Replace("\"prefix\": \"/\"", "\"prefix\": \"/x\"", StringComparison.Ordinal));
        MemoryPeer client = world.Client();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGE");
        client.SendEnd();
        world.Run();
        Assert.StartsWith("HTTP/1.1 404 ", client.ReceivedText);
        Assert.True(client.InputEnded);
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order_and_sent_one_by_one()
    {
        Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
        for (int i = 1; i <= 3; i++)
        {
            Assert.StartsWith($"GET /{i} ", Host.ReceivedText);
            Assert.Equal(1, Host.ReceivedText.Split("HTTP/1.1").Length - 1);
            Host.ClearReceived();
            Answer($"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n#{i}");
        }
        string text = _client.ReceivedText;
        Assert.True(text.IndexOf("#1", StringComparison.Ordinal) < text.IndexOf("#2", StringComparison.Ordinal));
        Assert.EndsWith("#3", text);
        Assert.Equal(3, text.Split("200 OK").Length - 1);
    }

    [Fact]
    public void A_body_of_known_length_streams_through_as_it_comes()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
        Assert.Contains("Content-Length: 10\r\n", Host.ReceivedText);
        Send("01234");
        Assert.EndsWith("\r\n\r\n01234", Host.ReceivedText);
        Send("56789");
        Assert.EndsWith("\r\n\r\n0123456789", Host.ReceivedText);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        Assert.EndsWith("\r\n\r\nab", _client.ReceivedText);
        Answer("cd");
        Assert.EndsWith("\r\n\r\nabcd", _client.ReceivedText);
    }

    [Fact]
    public void Chunked_bodies_go_both_ways_with_their_trailers()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n");
        Send("0\r\nX-Sum: 6\r\n\r\n");
        Assert.Contains("Transfer-Encoding: chunked\r\n", Host.ReceivedText);
        Assert.EndsWith("\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n\r\n", Host.ReceivedText);

        Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Assert.EndsWith("\r\n\r\n5\r\nhello\r\n", _client.ReceivedText);
        Answer("6\r\n world\r\n0\r\nX-End: yes\r\n\r\n");
        Assert.EndsWith("6\r\n world\r\n0\r\nX-End: yes\r\n\r\n", _client.ReceivedText);
        NextRequestWorks(reused: true);
    }

    [Theory]
    [InlineData("HEAD", "200 OK\r\nContent-Length: 10")]
    [InlineData("HEAD", "200 OK\r\nTransfer-Encoding: chunked")]
    [InlineData("GET", "204 No Content")]
    [InlineData("GET", "304 Not Modified\r\nContent-Length: 10")]
    public void A_response_without_a_body_ends_with_its_head(string method, string response)
    {
        Send($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer($"HTTP/1.1 {response}\r\n\r\n");
        Assert.EndsWith("\r\n\r\n", _client.ReceivedText);
        Assert.Equal(1, _client.ReceivedText.Split("\r\n\r\n").Length - 1);
        NextRequestWorks(reused: true);
    }

    [Fact]
    public void A_continue_comes_from_the_upstream_before_the_body_is_sent()
    {
        Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        Assert.Contains("Expect: 100-continue\r\n", Host.ReceivedText);
        Answer("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", _client.ReceivedText);
        Send("data");
        Assert.EndsWith("\r\n\r\ndata", Host.ReceivedText);
        Answer("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        Assert.Contains("HTTP/1.1 201 Created\r\n", _client.ReceivedText);
        NextRequestWorks(reused: true);
    }

    [Fact]
    public void Interim_responses_pass_in_any_number()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(2, _client.ReceivedText.Split("103 Early Hints").Length - 1);
        Assert.Contains("HTTP/1.1 200 OK\r\n", _client.ReceivedText);
    }

    [Fact]
    public void A_body_that_ends_with_the_connection_is_chunked_for_the_client()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        Host.Close();
        _world.Run();
        Assert.Contains("Transfer-Encoding: chunked\r\n", _client.ReceivedText);
        Assert.EndsWith("\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\n", _client.ReceivedText);
        NextRequestWorks(reused: false);
    }

    [Fact]
    public void A_client_of_HTTP_1_0_gets_an_end_and_no_chunks()
    {
        Send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        Assert.DoesNotContain("chunked", _client.ReceivedText);
        Assert.EndsWith("\r\n\r\nhello", _client.ReceivedText);
        Assert.True(_client.InputEnded);
    }

    [Fact]
    public void A_connection_of_HTTP_1_0_is_kept_when_it_asks()
    {
        Send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.Contains("Connection: keep-alive\r\n", _client.ReceivedText, StringComparison.OrdinalIgnoreCase);
        NextRequestWorks(reused: true);
    }

    [Fact]
    public void Hop_by_hop_headers_stay_on_their_hop()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: X-Secret, close\r\nX-Secret: 1\r\nKeep-Alive: 5\r\nX-Kept: 1\r\n\r\n");
        Assert.DoesNotContain("X-Secret", Host.ReceivedText);
        Assert.DoesNotContain("Keep-Alive", Host.ReceivedText);
        Assert.DoesNotContain("close", Host.ReceivedText);
        Assert.Contains("X-Kept: 1", Host.ReceivedText);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\nok");
        Assert.DoesNotContain("X-Hop", _client.ReceivedText);
        Assert.Contains("Connection: close\r\n", _client.ReceivedText);
        Assert.EndsWith("ok", _client.ReceivedText);
        Assert.True(_client.InputEnded);
        Assert.False(Host.IsOver); // The client's wish does not cost the pool its connection.
    }

    [Fact]
    public void An_upstream_that_closes_after_its_response_costs_the_client_nothing()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        Assert.EndsWith("ok", _client.ReceivedText);
        Assert.DoesNotContain("close", _client.ReceivedText);
        NextRequestWorks(reused: false);
    }

    [Fact]
    public void Every_split_of_a_request_and_a_response_is_the_same_exchange()
    {
        string request = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: 1\r\n\r\n";
        string response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nxyz\r\n0\r\nY: 2\r\n\r\n";
        for (int i = 1; i < request.Length; i++)
        {
            Send(request[..i]);
            Send(request[i..]);
            int at = i % response.Length;
            Answer(response[..at]);
            Answer(response[at..]);
            Assert.EndsWith("\r\nX: 1\r\n\r\n", Host.ReceivedText);
            Assert.EndsWith("\r\n0\r\nY: 2\r\n\r\n", _client.ReceivedText);
            _client.ClearReceived();
            Host.ClearReceived();
        }
        Assert.Single(_upstream.Peers);
    }

    [Fact]
    public void Nothing_is_left_when_everybody_is_gone()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        Assert.Equal(0, _world.Network.RentedChunks); // Idle connections hold no memory for bytes.
        _client.Close();
        _world.Advance(200_000);
        Host.Close();
        _world.Run();
        Assert.Empty(_world.Leaks());
    }

    private void Send(string text)
    {
        _client.Send(text);
        _world.Run();
    }

    private void Answer(string text)
    {
        Host.Send(text);
        _world.Run();
    }

    private void NextRequestWorks(bool reused)
    {
        int before = _upstream.Peers.Count;
        _client.ClearReceived();
        Host.ClearReceived();
        Send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(reused ? before : before + 1, _upstream.Peers.Count);
        Assert.StartsWith("GET /next HTTP/1.1\r\n", Host.ReceivedText);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
        Assert.EndsWith("\r\n\r\nnext", _client.ReceivedText);
    }
}
