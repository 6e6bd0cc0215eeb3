using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>What is tried again, where, when, and above all what is not.</summary>
public sealed class RetryTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    private const string Put = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Unavailable = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad";

    private ProxyWorld _world = null!;
    private MemoryHost[] _hosts = [];
    private MemoryPeer _client = null!;

    public void Dispose()
    {
        _client.Close();
        _world.Advance(300_000);
        foreach (MemoryPeer peer in _hosts.SelectMany(static host => host.Peers))
        {
            peer.Close();
        }
        _world.Advance(300_000);
        Assert.Empty(_world.Leaks());
        _world.Dispose();
    }

    [Fact]
    public void A_bad_answer_is_tried_again_at_another_host()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send(Get);
        Answer(Unavailable);
        Assert.Equal("", _client.ReceivedText);
        Wait();
        Assert.Equal(2, AskedHosts);
        Answer(Ok);
        Assert.Equal(Ok, Head(_client.ReceivedText) + "ok");
        Assert.Equal(1, _world.Count(UpstreamMetric.RequestRetry));
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseFailed));
        Assert.Equal(1, _world.Count(UpstreamMetric.ResponseSuccess));
    }

    [Fact]
    public void The_last_answer_counts_when_all_tries_are_used_up()
    {
        Start(""" "retry_on": true, "num_retries": 2 """, hosts: 3);
        Send(Get);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(i, AskedHosts);
            Answer(Unavailable.Replace("bad", $"#{i}!", StringComparison.Ordinal));
            Wait();
        }
        Assert.StartsWith("HTTP/1.1 503 ", _client.ReceivedText);
        Assert.EndsWith("#3!", _client.ReceivedText);
        Assert.Equal(2, _world.Count(UpstreamMetric.RequestRetry));
    }

    [Fact]
    public void Without_a_policy_a_bad_answer_is_the_answer()
    {
        Start("", hosts: 2);
        Send(Get);
        Answer(Unavailable);
        Assert.EndsWith("bad", _client.ReceivedText);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(500, false)]
    [InlineData(200, false)]
    public void A_list_of_status_codes_replaces_all_server_errors(int status, bool isRetried)
    {
        Start(""" "retry_on": true, "status_codes": [404, 429] """, hosts: 2);
        Send(Get);
        Answer($"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        Wait();
        Assert.Equal(isRetried ? 2 : 1, AskedHosts);
        Assert.Equal(isRetried, _client.ReceivedText.Length == 0);
    }

    [Fact]
    public void What_is_not_idempotent_is_sent_once_unless_the_policy_says_otherwise()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send(Post);
        Answer(Unavailable);
        Wait();
        Assert.EndsWith("bad", _client.ReceivedText);
        Assert.Equal(1, AskedHosts);
    }

    [Fact]
    public void With_the_operators_leave_everything_is_sent_again_body_and_all()
    {
        Start(""" "retry_on": true, "retry_unsafe_methods": true """, hosts: 2);
        Send(Post);
        Answer(Unavailable);
        Wait();
        Assert.EndsWith("\r\n\r\nbody", Asked.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void A_body_that_is_still_coming_is_sent_from_its_start_and_goes_on()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        Assert.EndsWith("3\r\nabc\r\n", Asked.ReceivedText);
        Asked.Reset();
        _world.Run();
        Wait();
        Assert.EndsWith("3\r\nabc\r\n", Asked.ReceivedText);
        Send("2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
        Assert.EndsWith("3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n", Asked.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void A_body_larger_than_what_is_kept_is_sent_once()
    {
        Start(""" "retry_on": true, "max_body_bytes": 3 """, hosts: 2);
        Send(Put);
        Answer(Unavailable);
        Wait();
        Assert.EndsWith("bad", _client.ReceivedText);
        Assert.Equal(1, AskedHosts);
    }

    [Fact]
    public void A_large_body_is_kept_in_pieces_and_sent_again_whole()
    {
        Start(""" "retry_on": true """, hosts: 2);
        string body = string.Concat(Enumerable.Range(0, 6000).Select(static i => $"{i:D9},"));
        Send($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Answer(Unavailable);
        Wait();
        Assert.EndsWith("\r\n\r\n" + body, Asked.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Theory]
    [InlineData(Get, true)]
    [InlineData(Post, false)]
    public void A_connection_that_breaks_before_the_answer_is_worth_another_host_if_nothing_can_happen_twice(
        string request, bool isRetried)
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send(request);
        Asked.Reset();
        _world.Run();
        Wait();
        Assert.Equal(isRetried ? 2 : 1, AskedHosts);
        Assert.Equal(isRetried, !_client.ReceivedText.StartsWith("HTTP/1.1 502 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_refused_connect_goes_to_another_host_at_once_whatever_the_request()
    {
        Start("", hosts: 3, closed: 2);
        Send(Post);
        Assert.EndsWith("\r\n\r\nbody", Asked.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void The_only_host_is_tried_again_after_a_pause_if_the_policy_retries()
    {
        Start(
            """ "retry_on": true, "num_retries": 2, "back_off": { "base_interval": "100ms", "max_interval": "1s" } """,
            hosts: 1,
            closed: 1);
        Send(Get);
        Assert.Equal("", _client.ReceivedText);
        _hosts = [_world.Upstream()];
        Wait();
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void A_host_that_does_not_answer_in_the_time_of_one_try_is_left()
    {
        Start(""" "retry_on": true, "retry_timeout": "1s" """, hosts: 2);
        Send(Get);
        MemoryPeer slow = Asked;
        _world.Advance(990);
        Assert.Equal(1, AskedHosts);
        _world.Advance(20);
        Wait();
        Assert.Equal(2, AskedHosts);
        Assert.True(slow.IsOver);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
        Assert.Equal(1, _world.Count(UpstreamMetric.RequestTimeout));
    }

    [Fact]
    public void All_tries_together_have_the_time_of_the_route()
    {
        Start(""" "retry_on": true, "num_retries": 9, "retry_timeout": "1s" """, hosts: 2, route: """, "timeout": "2500ms" """);
        Send(Get);
        _world.Advance(2_400);
        Assert.Equal("", _client.ReceivedText);
        _world.Advance(200);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
        Assert.Equal(3, _hosts.Sum(static host => host.Peers.Count));
    }

    [Fact]
    public void A_stream_ends_when_nothing_moves_and_lives_as_long_as_something_does()
    {
        Start("", hosts: 1, route: """, "timeout": "100s", "idle_timeout": "1s" """);
        Send(Get);
        MemoryPeer host = Asked;
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 10; i++)
        {
            _world.Advance(900);
            host.Send("x");
            _world.Run();
            Assert.False(_client.IsOver);
        }
        _world.Advance(2_100);
        Assert.True(_client.WasReset);
        Assert.True(host.IsOver);
    }

    [Fact]
    public void Silence_before_the_answer_is_a_504()
    {
        Start(""" "retry_on": true """, hosts: 2, route: """, "timeout": "100s", "idle_timeout": "1s" """);
        Send(Get);
        _world.Advance(1_010);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
        Assert.Equal(1, AskedHosts);
    }

    [Fact]
    public void A_request_may_name_its_own_times()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send("GET / HTTP/1.1\r\nHost: a\r\nX-Mosn-Try-Timeout: 100\r\nX-Mosn-Global-Timeout: 150\r\n\r\n");
        _world.Advance(120);
        Wait(20);
        Assert.Equal(2, AskedHosts);
        _world.Advance(60);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1x")]
    [InlineData("99999999999999999999")]
    public void A_time_that_is_none_is_not_looked_at(string ms)
    {
        Start("", hosts: 1, route: """, "timeout": "1s" """);
        Send($"GET / HTTP/1.1\r\nHost: a\r\nX-Mosn-Global-Timeout: {ms}\r\n\r\n");
        _world.Advance(1_010);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
    }

    [Fact]
    public void A_response_that_has_begun_is_never_tried_again()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send(Get);
        MemoryPeer host = Asked;
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        host.Reset();
        _world.Run();
        Wait();
        Assert.True(_client.WasReset);
        Assert.Equal(1, AskedHosts);
    }

    [Fact]
    public void A_client_that_leaves_during_the_pause_is_not_sent_on()
    {
        Start(""" "retry_on": true, "back_off": { "base_interval": "1s", "max_interval": "1s" } """, hosts: 2);
        Send(Get);
        Answer(Unavailable);
        _client.Reset();
        _world.Advance(5_000);
        Assert.Equal(1, AskedHosts);
        Assert.Equal(0, _world.Count(DownstreamMetric.RequestActive));
    }

    [Fact]
    public void Retries_stop_when_they_are_too_large_a_share_of_the_load()
    {
        Start(""" "retry_on": true, "num_retries": 5 """, hosts: 2);
        MemoryPeer[] clients = [.. Enumerable.Range(0, 30).Select(_ => _world.Client())];
        foreach (MemoryPeer client in clients)
        {
            client.Send(Get);
        }
        _world.Run();
        foreach (MemoryPeer peer in _hosts.SelectMany(static host => host.Peers).ToArray())
        {
            peer.Send(Unavailable);
        }
        _world.Run();
        Wait();
        Assert.InRange(_world.Count(UpstreamMetric.RequestRetry), 3, 8);
        Assert.InRange(_world.Count(UpstreamMetric.RequestRetryOverflow), 20, 27);
        Assert.Equal(
            _world.Count(UpstreamMetric.RequestRetryOverflow),
            clients.Count(static client => client.ReceivedText.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)));
        foreach (MemoryPeer client in clients)
        {
            client.Close();
        }
    }

    [Fact]
    public void The_connection_of_a_bad_answer_is_kept_if_the_answer_was_whole()
    {
        Start(""" "retry_on": true """, hosts: 2);
        Send(Get);
        MemoryPeer first = Asked;
        Answer(Unavailable);
        Wait();
        Assert.False(first.IsOver);
    }

    [Fact]
    public void A_slow_try_goes_on_beside_the_next_and_the_first_answer_counts()
    {
        Start(""" "retry_on": true, "retry_timeout": "100ms", "hedge_on_try_timeout": true """, hosts: 2);
        Send(Get);
        MemoryPeer slow = Asked;
        _world.Advance(110);
        MemoryPeer second = _hosts.SelectMany(static host => host.Peers).Single(peer => peer != slow);
        Assert.False(slow.IsOver);
        Assert.Contains("GET / ", second.ReceivedText);
        slow.Send(Ok);
        _world.Run();
        Assert.EndsWith("ok", _client.ReceivedText);
        _world.Advance(110); // For a moment its answer could have come, and saved the connection.
        Assert.True(second.IsOver);
        Assert.False(slow.IsOver);
    }

    [Fact]
    public void A_slow_try_that_breaks_leaves_the_next_one_alone()
    {
        Start(""" "retry_on": true, "retry_timeout": "100ms", "hedge_on_try_timeout": true """, hosts: 2);
        Send(Put);
        MemoryPeer slow = Asked;
        _world.Advance(110);
        MemoryPeer second = _hosts.SelectMany(static host => host.Peers).Single(peer => peer != slow);
        Assert.EndsWith("\r\n\r\nbody", second.ReceivedText);
        slow.Reset();
        _world.Run();
        Assert.Equal("", _client.ReceivedText);
        second.Send(Ok);
        _world.Run();
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    [Fact]
    public void Two_slow_tries_end_with_the_time_of_the_route()
    {
        Start(
            """ "retry_on": true, "num_retries": 1, "retry_timeout": "100ms", "hedge_on_try_timeout": true """, hosts: 2,
            route: """, "timeout": "1s" """);
        Send(Get);
        _world.Advance(1_200);
        Assert.StartsWith("HTTP/1.1 504 ", _client.ReceivedText);
        Assert.All(_hosts.SelectMany(static host => host.Peers), static peer => Assert.True(peer.IsOver));
    }

    [Fact]
    public void A_second_try_that_finds_no_room_is_counted_once()
    {
        Start(
            """" "retry_on": true, "retry_timeout": "100ms", "hedge_on_try_timeout": true """", hosts: 2,
            cluster: """, "circuit_breakers": [{ "max_retries": 1 }] """);
        MemoryPeer other = _world.Client();
        other.Send(Get);
        _world.Advance(50);
        Send(Get);
        _world.Advance(110);
        Assert.Equal(1, _world.Count(UpstreamMetric.RequestRetry));
        Assert.Equal(1, _world.Count(UpstreamMetric.RequestRetryOverflow));
        other.Close();
    }

    [Fact]
    public void A_retry_makes_room_for_another_when_its_answer_begins()
    {
        Start("""" "retry_on": true """", hosts: 2, cluster: """, "circuit_breakers": [{ "max_retries": 1 }] """);
        Send(Get);
        Answer(Unavailable);
        Wait();
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na long download");
        MemoryPeer other = _world.Client();
        other.Send(Get);
        _world.Run();
        Answer(Unavailable);
        Wait();
        Assert.Equal("", other.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", other.ReceivedText);
        other.Close();
    }

    [Fact]
    public void A_body_that_is_too_large_to_keep_is_sent_whole_all_the_same()
    {
        Start("""" "retry_on": true, "max_body_bytes": 3 """", hosts: 2);
        Send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nab");
        Send("cdef");
        Send("gh");
        Assert.EndsWith("\r\n\r\nabcdefgh", Asked.ReceivedText);
        Answer(Ok);
        Assert.EndsWith("ok", _client.ReceivedText);
    }

    /// <summary>The connection that carries a request with no answer yet.</summary>
    private MemoryPeer Asked => _hosts.SelectMany(static host => host.Peers).Last(
        static peer => !peer.IsOver && peer.Received.Length > 0);

    private int AskedHosts => _hosts.Count(static host => host.Peers.Count > 0);

    private static string Head(string response) => response[..(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)];

    /// <param name="closed">How many of the hosts refuse connects.</param>
    private void Start(string policy, int hosts, int closed = 0, string route = "", string cluster = "")
    {
        string retry = policy.Length == 0 ? "" : $$""", "retry_policy": { {{policy}} }""";
        _world = new ProxyWorld(ProxyWorld.Http(route: retry + route, cluster: cluster, hosts: hosts));
        _hosts = [.. Enumerable.Range(closed, hosts - closed).Select(i => _world.Upstream(index: i))];
        _client = _world.Client();
    }

    private void Send(string text)
    {
        _client.Send(text);
        _world.Run();
    }

    private void Answer(string text)
    {
        MemoryPeer asked = Asked;
        asked.ClearReceived();
        asked.Send(text);
        _world.Run();
    }

    /// <summary>Longer than any pause between two tries that the tests do not name.</summary>
    private void Wait(long ms = 300) => _world.Advance(ms);
}
