using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>HTTP/1.1 through the whole proxy, when somebody fails or lies.</summary>
public sealed class Http1FaultTests : OneClientTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public void A_client_that_leaves_ends_the_exchange()
    {
        Send(Get);
        _client.Close();
        _world.Run();
        Assert.Equal((0, 0), (_world.Count(DownstreamMetric.RequestActive), _world.Count(UpstreamMetric.RequestActive)));
        Assert.Equal(1, _world.Count(DownstreamMetric.RequestReset));
        _world.Advance(110);
        Assert.True(Host.IsOver);
    }

    [Fact]
    public void A_client_that_leaves_in_the_middle_of_its_body_does_not_complete_the_request()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        _client.Reset();
        _world.Run();
        Assert.True(Host.IsOver);
        Assert.DoesNotContain("0\r\n\r\n", Host.ReceivedText);
    }

    [Fact]
    public void An_upstream_that_resets_before_its_response_is_a_502()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
        Host.Reset();
        _world.Run();
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        Assert.Single(_upstream.Peers);
        NextRequestWorks();
    }

    [Fact]
    public void An_upstream_that_closes_before_its_response_is_a_502()
    {
        Send(Get);
        Host.Close();
        _world.Run();
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        NextRequestWorks();
    }

    [Fact]
    public void An_upstream_that_dies_inside_its_head_is_a_502()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\nContent-");
        Host.Close();
        _world.Run();
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        Assert.DoesNotContain("200", _client.ReceivedText);
        NextRequestWorks();
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nX-Trailer: cut")]
    public void A_response_that_ends_too_early_is_a_reset_for_the_client(string part)
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\n" + part);
        Host.Close();
        _world.Run();
        Assert.Contains("half", _client.ReceivedText);
        Assert.True(_client.WasReset);
        Assert.False(_client.InputEnded);
        Assert.DoesNotContain("\r\n0\r\n", _client.ReceivedText);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("\r\nhalf")] // Until the end: a reset is not that end.
    public void A_reset_inside_a_response_is_a_reset_for_the_client(string part)
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\n" + part);
        Host.Reset();
        _world.Run();
        Assert.Contains("half", _client.ReceivedText);
        Assert.True(_client.WasReset);
        Assert.DoesNotContain("\r\n0\r\n", _client.ReceivedText);
    }

    [Fact]
    public void A_reset_that_a_send_runs_into_is_not_the_end_of_the_response()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome");
        Answer("HTTP/1.1 200 OK\r\n\r\nhalf");
        // The reset and more of the request arrive together.
        Host.Reset();
        _client.Send("more");
        _world.Run();
        Assert.True(_client.WasReset);
        Assert.DoesNotContain("\r\n0\r\n", _client.ReceivedText);
    }

    [Fact]
    public void An_early_answer_reaches_the_client_and_the_upstream_connection_is_not_used_again()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nbeginning");
        Answer("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
        Assert.StartsWith("HTTP/1.1 413 ", _client.ReceivedText);
        Assert.EndsWith("big", _client.ReceivedText);
        Assert.True(Host.IsOver);
        Assert.Equal(0, _world.Count(UpstreamMetric.ConnectionActive));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "3\r\ndef\r\n0\r\n\r\n")]
    [InlineData("Content-Length: 6\r\n\r\nabc", "def")]
    public void What_is_left_of_a_body_behind_an_early_answer_is_dropped_and_the_connection_stays(string begin, string rest)
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\n" + begin);
        Answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        Assert.EndsWith("no", _client.ReceivedText);
        Assert.DoesNotContain("Connection: close", _client.ReceivedText);
        Send(rest);
        NextRequestWorks();
    }

    [Fact]
    public void The_end_of_a_long_body_behind_an_early_answer_is_dropped_as_that_of_a_short_one()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200003\r\n\r\n" + new string('a', 200_000));
        Answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        Assert.DoesNotContain("Connection: close", _client.ReceivedText);
        Send("abc");
        NextRequestWorks();
    }

    [Fact]
    public void A_body_in_chunks_without_end_behind_an_early_answer_ends_the_connection()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        Answer("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        for (int i = 0; i < 7; i++)
        {
            Assert.False(_client.IsOver);
            Send("2710\r\n" + new string('a', 10_000) + "\r\n");
        }
        Assert.True(_client.InputEnded || _client.WasReset);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("garbage")]
    public void Bytes_behind_a_response_never_become_the_next_response(string extra)
    {
        Send(Get);
        Answer(Ok + extra);
        Assert.EndsWith("ok", _client.ReceivedText);
        Assert.True(Host.IsOver);
        NextRequestWorks();
    }

    [Fact]
    public void Bytes_on_an_idle_upstream_connection_end_it()
    {
        Send(Get);
        Answer(Ok);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.True(Host.IsOver);
        NextRequestWorks();
    }

    [Theory]
    [InlineData("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")] // Could not be sent twice.
    public void Bytes_that_come_before_a_request_has_left_are_not_its_response(string next)
    {
        Send(Get);
        Answer(Ok);
        _client.ClearReceived();
        // One turn of the loop sees both: the idle connection has bytes that nobody has looked at when the request comes.
        _client.Send(next);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        Assert.DoesNotContain("poison", _client.ReceivedText);
        Assert.Equal(2, _upstream.Peers.Count);
        Assert.StartsWith(next[..8], Host.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void A_stale_connection_costs_an_idempotent_request_nothing()
    {
        Send(Get);
        Answer(Ok);
        _client.ClearReceived();
        // The upstream closes as the next request is on its way.
        _client.Send("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
        MemoryPeer stale = Host;
        stale.OnInput = peer => peer.Reset();
        _world.Run();
        Assert.Equal(2, _upstream.Peers.Count);
        Assert.StartsWith("GET /again ", Host.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
        Assert.DoesNotContain("502", _client.ReceivedText);
    }

    [Fact]
    public void A_stale_connection_is_tried_again_only_once()
    {
        Send(Get);
        Answer(Ok);
        _client.ClearReceived();
        int peers = _upstream.Peers.Count;
        MemoryPeer stale = Host;
        stale.OnInput = peer => peer.Reset();
        Send(Get);
        Assert.Equal(peers + 1, _upstream.Peers.Count);
        Host.Reset();
        _world.Run();
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        Assert.Equal(peers + 1, _upstream.Peers.Count);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("PATCH / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")] // Its body is gone.
    public void A_request_that_may_not_be_repeated_is_not_sent_twice(string request)
    {
        Send(Get);
        Answer(Ok);
        _client.ClearReceived();
        Host.OnInput = peer => peer.Reset();
        Send(request);
        Assert.Single(_upstream.Peers);
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
    }

    [Fact]
    public void An_empty_chunked_body_is_sent_again_with_its_request()
    {
        Send(Get);
        Answer(Ok);
        _client.ClearReceived();
        Host.OnInput = peer => peer.Reset();
        Send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        Assert.Equal(2, _upstream.Peers.Count);
        Assert.EndsWith("\r\n\r\n0\r\n\r\n", Host.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Theory]
    [InlineData("\x16\x03\x01\x02\x00\x01\x00", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n folded: 1\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400)]
    [InlineData("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505)]
    public void What_is_not_a_request_is_answered_and_ends_the_connection(string garbage, int status)
    {
        Send(garbage);
        Assert.StartsWith($"HTTP/1.1 {status} ", _client.ReceivedText);
        Assert.True(_client.InputEnded);
        Assert.Empty(_upstream.Peers);
        Assert.Equal(1, _world.Count(SelfMetric.RequestsRejectedTotal));
    }

    [Theory]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")]
    [InlineData("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    public void A_tunnel_is_refused_and_nothing_behind_it_is_read_as_a_request(string connect)
    {
        Send(connect);
        Assert.StartsWith("HTTP/1.1 501 ", _client.ReceivedText);
        Assert.Equal(1, _client.ReceivedText.Split("\r\n\r\n").Length - 1);
        Assert.True(_client.InputEnded);
        Assert.Empty(_upstream.Peers);
    }

    [Fact]
    public void A_chunk_that_is_none_ends_the_exchange_on_both_sides()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", _client.ReceivedText);
        Assert.True(_client.IsOver);
        Assert.True(Host.IsOver);
        Assert.DoesNotContain("0\r\n\r\n", Host.ReceivedText);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    public void What_is_not_a_response_is_a_502(string garbage)
    {
        Send(Get);
        Answer(garbage);
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        Assert.DoesNotContain("hello", _client.ReceivedText);
        Assert.True(Host.IsOver);
        NextRequestWorks();
    }

    [Fact]
    public void A_bad_chunk_of_a_response_is_a_reset_for_the_client()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
        Assert.True(_client.WasReset);
        Assert.True(Host.IsOver);
    }

    [Fact]
    public void No_host_that_listens_is_a_502()
    {
        _upstream.Close();
        Send(Get);
        Assert.StartsWith("HTTP/1.1 502 ", _client.ReceivedText);
        Assert.False(_client.IsOver);
    }

    [Fact]
    public void A_connect_that_gets_no_answer_is_a_504_when_its_time_is_over()
    {
        _world.Network.SetOutcome(ProxyWorld.UpstreamAddress, ConnectOutcome.Unanswered);
        Send(Get);
        _world.Advance(9_000);
        Assert.Equal("", _client.ReceivedText);
        _world.Advance(2_000);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
    }

    [Fact]
    public void A_slow_head_is_a_408()
    {
        Send("GET / HT");
        _world.Advance(30_000);
        Send("TP/1.1\r\n");
        _world.Advance(29_000);
        Assert.Equal("", _client.ReceivedText);
        _world.Advance(2_000);
        Assert.StartsWith("HTTP/1.1 408 ", _client.ReceivedText);
        Assert.True(_client.InputEnded);
    }

    [Fact]
    public void An_idle_client_is_closed_and_a_waiting_one_is_not()
    {
        Send(Get);
        _world.Advance(59_000);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
        _world.Advance(89_000);
        Assert.False(_client.IsOver);
        _world.Advance(2_000);
        Assert.True(_client.InputEnded);
    }

    [Fact]
    public void A_body_may_take_longer_than_the_timeout_as_long_as_it_moves()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh");
        foreach (char next in "ello")
        {
            _world.Advance(50_000);
            Answer(next.ToString());
        }
        Assert.EndsWith("\r\n\r\nhello", _client.ReceivedText);
        Assert.False(_client.IsOver);
    }

    [Fact]
    public void A_body_that_stands_still_is_cut_off()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh");
        _world.Advance(61_000);
        Assert.False(_client.IsOver);
        _world.Advance(60_000);
        Assert.True(_client.WasReset);
        Assert.True(Host.IsOver);
    }

    [Fact]
    public void A_response_that_takes_too_long_is_a_504()
    {
        Send(Get);
        _world.Advance(61_000);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
        Assert.True(Host.IsOver);
        NextRequestWorks();
    }

    private void Answer(string text)
    {
        Host.Send(text);
        _world.Run();
    }

    private void NextRequestWorks()
    {
        int before = _upstream.Peers.Count;
        _client.ClearReceived();
        Send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(before + 1, _upstream.Peers.Count);
        Assert.StartsWith("GET /next HTTP/1.1\r\n", Host.ReceivedText);
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
        Assert.EndsWith("\r\n\r\nnext", _client.ReceivedText);
    }
}
