using System.Globalization;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>What becomes of the answer of a host of HTTP/1.1, and of its connection, when the client has left.</summary>
public sealed class UnwantedAnswerTests : OneClientTests
{
    [Theory]
    [InlineData("", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", "", 1_000_000)]
    public void A_connection_whose_answer_is_not_wanted_any_more_is_kept_if_the_answer_comes_soon(
        string before, string after, int bodyLength = 0)
    {
        Send(Get);
        MemoryPeer host = Host;
        host.Send(before);
        int late = Math.Min(bodyLength, 60_000);
        host.Send(new string('x', bodyLength - late));
        _world.Run();
        _client.Reset();
        _world.Run();
        host.Send(after + new string('x', late));
        _world.Advance(1_000);
        MemoryPeer other = _world.Client();
        other.Send(Get);
        _world.Run();
        Assert.EndsWith(Get + Get, host.ReceivedText);
        host.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
        _world.Run();
        Assert.EndsWith("\r\n\r\nother", other.ReceivedText);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")] // Too much.
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n")] // Not kept in any case.
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2oo OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n")] // An answer that nobody asked for.
    public void A_connection_whose_unwanted_answer_is_long_or_odd_is_ended_at_once(string answer)
    {
        Send(Get);
        _client.Reset();
        _world.Run();
        Host.Send(answer);
        _world.Run();
        Assert.True(Host.IsOver);
    }

    [Fact]
    public void Connections_that_are_bounded_are_for_those_who_want_their_answers()
    {
        using ProxyWorld world = new(ProxyWorld.Http(cluster: """, "circuit_breakers": [{ "max_connections": 1 }]"""));
        MemoryHost host = world.Upstream();
        MemoryPeer first = world.Client();
        first.Send(Get);
        world.Run();
        first.Reset();
        world.Run();
        MemoryPeer second = world.Client();
        second.Send(Get);
        world.Run();
        Assert.Equal(2, host.Peers.Count);
        Assert.StartsWith("GET", host.Peers[1].ReceivedText);
    }

    [Fact]
    public void Clients_that_leave_at_once_hold_few_connections()
    {
        for (int i = 0; i < 1000; i++)
        {
            MemoryPeer other = _world.Client();
            other.Send(Get);
            _world.Run();
            other.Reset();
            _world.Run();
        }
        Assert.InRange(_world.Count(UpstreamMetric.ConnectionActive), 1, 64);
        _world.Advance(110);
        Assert.Equal(0, _world.Count(UpstreamMetric.ConnectionActive));
    }

    [Fact]
    public void Of_a_client_that_has_left_nothing_more_is_sent()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryHost host = world.Upstream(static peer => peer.PauseReading());
        MemoryPeer client = world.Client();
        client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n" + new string('b', 90_000));
        world.Run();
        client.Reset();
        world.Run();
        host.Peers[0].ResumeReading();
        world.Run();
        Assert.InRange(host.Peers[0].ReceivedTotal, 1, 89_999);
        Assert.True(host.Peers[0].IsOver);
    }

    [Theory]
    [InlineData("", "HTTP/1.1 103 Early Hints\r\nX: {0}\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1000\r\n{0}\r\n")]
    public void An_unwanted_answer_without_end_ends_its_connection(string first, string piece)
    {
        Send(Get);
        _client.Reset();
        Host.Send(first);
        piece = string.Format(CultureInfo.InvariantCulture, piece, new string('x', 4096));
        for (int i = 0; i < 20 && !Host.IsOver; i++)
        {
            Host.Send(piece);
            _world.Run();
        }
        Assert.True(Host.IsOver);
    }
}
