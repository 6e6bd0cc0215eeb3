using System.Text;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Calls of an RPC protocol through the proxy, with Bolt for an example.</summary>
public sealed class FrameExchangeTests : IDisposable
{
    private static readonly (string, string) s_service = ("service", "x.S:1.0");

    private readonly ProxyWorld _world = new(Config());
    private readonly MemoryHost _upstream;
    private readonly MemoryPeer _client;

    public FrameExchangeTests()
    {
        _upstream = _world.Upstream();
        _client = _world.Client();
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Calls_share_a_connection_to_the_host_and_each_gets_its_own_answer()
    {
        MemoryPeer other = _world.Client();
        _client.Send(BoltFrames.Request(7, "one", fields: s_service));
        other.Send(BoltFrames.Request(7, "two", fields: s_service));
        _client.Send(BoltFrames.Request(8, "three", fields: s_service));
        _world.Run();
        List<byte[]> calls = BoltFrames.Split(_upstream.Peers[0].Received);
        Assert.Single(_upstream.Peers);
        Assert.Equal(3, calls.Select(static call => BoltFrames.IdOf(call)).Distinct().Count());

        foreach (byte[] call in Enumerable.Reverse(calls))
        {
            string content = Encoding.Latin1.GetString(call.AsSpan(call.Length - 3));
            _upstream.Peers[0].Send(BoltFrames.Response(BoltFrames.IdOf(call), $"to {content}"));
        }
        _world.Run();
        Assert.Equal(
            [.. BoltFrames.Response(8, "to ree"), .. BoltFrames.Response(7, "to one")], _client.Received.ToArray());
        Assert.Equal(BoltFrames.Response(7, "to two"), other.Received.ToArray());
        AssertNothingIsLeft(other);
    }

    [Fact]
    public void A_call_arrives_as_it_was_in_any_pieces()
    {
        byte[] call = BoltFrames.Request(1, new string('x', 300), fields: [s_service, ("a", "b")]);
        foreach (byte value in call)
        {
            _client.Send([value]);
            _world.Run();
        }
        Assert.Equal(call, _upstream.Peers[0].Received.ToArray());
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_and_a_large_answer_pass()
    {
        byte[] call = BoltFrames.Request(1, new string('x', 2_000_000), fields: s_service);
        _client.Send(call);
        _world.Run();
        Assert.Equal(call, _upstream.Peers[0].Received.ToArray());
        _upstream.Peers[0].Send(BoltFrames.Response(1, new string('y', 2_000_000)));
        _world.Run();
        Assert.Equal(2_000_020, _client.Received.Length);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_call_that_wants_no_answer_gets_none_and_the_next_is_not_held_up()
    {
        _client.Send(BoltFrames.Request(1, "quiet", type: 2, fields: s_service));
        _client.Send(BoltFrames.Request(2, "loud", fields: s_service));
        _world.Run();
        List<byte[]> calls = BoltFrames.Split(_upstream.Peers[0].Received);
        Assert.Equal(2, calls.Count);
        Assert.Equal(2, calls[0][1]);
        Assert.Equal(1, _world.Count(DownstreamMetric.RequestActive));
        _upstream.Peers[0].Send(BoltFrames.Response(BoltFrames.IdOf(calls[1])));
        _world.Run();
        Assert.Equal(BoltFrames.Response(2), _client.Received.ToArray());
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_heartbeat_is_answered_here()
    {
        _client.Send(BoltFrames.Heartbeat(77));
        _world.Run();
        Assert.Equal(77u, BoltFrames.IdOf(_client.Received));
        Assert.Equal(20, _client.Received.Length);
        Assert.Empty(_upstream.Peers);
    }

    [Fact]
    public void A_call_that_no_route_takes_is_told_so_and_the_connection_goes_on()
    {
        _client.Send(BoltFrames.Request(1, fields: ("service", "unknown")));
        _client.Send(BoltFrames.Request(2, fields: s_service));
        _world.Run();
        Assert.Equal(BoltFrames.Response(1, status: 6), _client.Received.ToArray());
        Assert.Single(_upstream.Peers);
    }

    [Fact]
    public void A_host_that_does_not_answer_in_the_time_of_the_call_is_a_timeout()
    {
        _client.Send(BoltFrames.Request(1, timeoutMs: 500, fields: s_service));
        _world.Advance(400);
        Assert.Equal(0, _client.Received.Length);
        _world.Advance(200);
        Assert.Equal(BoltFrames.Response(1, status: 7), _client.Received.ToArray());
        _upstream.Peers[0].Send(BoltFrames.Response(1, "too late"));
        _world.Run();
        Assert.Equal(20, _client.Received.Length);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_is_gone_is_an_error_of_each_call_that_it_had()
    {
        _client.Send(BoltFrames.Request(1, fields: s_service));
        _client.Send(BoltFrames.Request(2, fields: s_service));
        _world.Run();
        _upstream.Peers[0].Reset();
        _world.Run();
        Assert.Equal(2, BoltFrames.Split(_client.Received).Count);
        Assert.All(BoltFrames.Split(_client.Received), static answer => Assert.Equal(6, BoltFrames.StatusOf(answer)));
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void An_answer_that_is_no_success_is_counted(ushort status, int expected)
    {
        _client.Send(BoltFrames.Request(1, fields: s_service));
        _world.Run();
        _upstream.Peers[0].Send(BoltFrames.Response(1, status: status));
        _world.Run();
        Assert.Equal(expected, FrameMetrics.Of(_world.Metrics, "bolt").Read((int)FrameMetric.ResponseFailedTotal));
        Assert.Equal(BoltFrames.Response(1, status: status), _client.Received.ToArray());
    }

    [Fact]
    public void An_answer_that_grows_too_large_for_a_frame_is_an_error_and_no_success()
    {
        string large = new('x', 4000);
        string added = string.Join(
            ", ", Enumerable.Range(0, 17).Select(i => $$"""{"header": {"key": "x-{{i}}", "value": "{{large}}"} }"""));
        using ProxyWorld world = new(Config($", \"response_headers_to_add\": [{added}]"));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(1, fields: s_service));
        world.Run();
        upstream.Peers[0].Send(BoltFrames.Response(1, "content"));
        world.Run();
        Assert.Equal(BoltFrames.Response(1, status: 6), client.Received.ToArray());
    }

    [Fact]
    public void A_broken_header_map_is_an_error_of_its_call_alone()
    {
        byte[] broken = BoltFrames.Request(1, fields: s_service);
        broken[22 + 44] = 0x7F;
        _client.Send(broken);
        _client.Send(BoltFrames.Request(2, fields: s_service));
        _world.Run();
        Assert.Equal(BoltFrames.Response(1, status: 18), _client.Received.ToArray());
        Assert.Single(BoltFrames.Split(_upstream.Peers[0].Received));
    }

    [Fact]
    public void What_is_no_frame_ends_the_connection()
    {
        _client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        _world.Run();
        Assert.True(_client.IsOver);
        Assert.Equal(1, _world.Count(SelfMetric.RequestsRejectedTotal));
    }

    [Fact]
    public void Half_a_frame_is_not_waited_for_for_ever()
    {
        _client.Send(BoltFrames.Request(1, fields: s_service).AsSpan(0, 30));
        _world.Advance(59_000);
        Assert.False(_client.IsOver);
        _world.Advance(2_000);
        Assert.True(_client.IsOver);
        AssertNothingIsLeft();
    }

    [Fact]
    public void A_silent_host_is_asked_and_given_up_after_six_heartbeats_without_an_answer()
    {
        _client.Send(BoltFrames.Request(1, timeoutMs: -1, fields: s_service));
        _world.Run();
        _upstream.Peers[0].ClearReceived();
        _world.Advance(15_100);
        Assert.Equal(22, _upstream.Peers[0].Received.Length);
        _world.Advance(75_000);
        Assert.Equal(6 * 22, _upstream.Peers[0].Received.Length);
        Assert.False(_upstream.Peers[0].IsOver);
        _world.Advance(15_000);
        Assert.True(_upstream.Peers[0].IsOver);
        Assert.Equal(BoltFrames.Response(1, status: 6), _client.Received.ToArray());
    }

    [Fact]
    public void A_host_that_goes_away_gets_no_further_call()
    {
        _client.Send(BoltFrames.Request(1, fields: s_service));
        _world.Run();
        byte[] goAway = BoltFrames.Heartbeat(9);
        goAway[3] = 100;
        _upstream.Peers[0].Send(goAway);
        _world.Run();
        _client.Send(BoltFrames.Request(2, fields: s_service));
        _world.Run();
        Assert.Equal(2, _upstream.Peers.Count);
        _upstream.Peers[0].Send(BoltFrames.Response(1));
        _world.Run();
        Assert.True(_upstream.Peers[0].InputEnded);
        Assert.Equal(BoltFrames.Response(1), _client.Received.ToArray());
    }

    [Fact]
    public void Headers_that_a_route_adds_are_in_the_frame()
    {
        using ProxyWorld world = new(Config(""", "request_headers_to_add": [{"header": {"key": "x-zone", "value": "b"}}] """));
        MemoryHost upstream = world.Upstream();
        MemoryPeer client = world.Client();
        client.Send(BoltFrames.Request(1, "content", fields: s_service));
        world.Run();
        Assert.Equal(
            BoltFrames.Request(1, "content", fields: [s_service, ("x-zone", "b")]), upstream.Peers[0].Received.ToArray());
    }

    [Fact]
    public void Calls_are_forwarded_without_allocating()
    {
        byte[] call = BoltFrames.Request(1, new string('x', 1000), fields: s_service);
        byte[] answer = BoltFrames.Response(1, new string('y', 1000));
        _client.KeepsReceived = false;
        void Many()
        {
            for (int i = 0; i < 500; i++)
            {
                _client.Send(call);
                _world.Run();
                MemoryPeer host = _upstream.Peers[0];
                host.Received[5..9].CopyTo(answer.AsSpan(5));
                host.ClearReceived();
                host.Send(answer);
                _world.Run();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(0, _world.Count(DownstreamMetric.RequestActive));
    }

    private static string Config(string route = "") =>
        ProxyWorld
            .Http(route: route)
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                "\"downstream_protocol\": \"bolt\"",
                StringComparison.Ordinal)
            .Replace(
                "\"match\": { \"prefix\": \"/\" }",
                "\"match\": { \"headers\": [{ \"name\": \"service\", \"value\": \"x.S:1.0\" }] }",
                StringComparison.Ordinal);

    private void AssertNothingIsLeft(params MemoryPeer[] others)
    {
        foreach (MemoryPeer peer in (MemoryPeer[])[_client, .. others, .. _upstream.Peers])
        {
            peer.Close();
        }
        _world.Advance(120_000);
        Assert.Empty(_world.Leaks());
    }
}
