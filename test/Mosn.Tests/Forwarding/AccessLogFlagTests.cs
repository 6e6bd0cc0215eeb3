using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>What an access log says of a request that ended early: the status that was sent, and MOSN's flags.</summary>
public sealed class AccessLogFlagTests : IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private readonly string _log = Path.GetTempFileName();
    private readonly ProxyWorld _world;
    private readonly MemoryHost _upstream;
    private readonly MemoryPeer _client;

    public AccessLogFlagTests()
    {
        _world = new ProxyWorld(ProxyWorld.Http(listener: $$"""
            , "access_logs": [{
              "log_path": "{{_log}}",
              "log_format": "%response_code% %response_flag% %upstream_transport_failure_reason%"
            }]
            """));
        _upstream = _world.Upstream();
        _client = _world.Client();
    }

    public void Dispose()
    {
        _world.Dispose();
        File.Delete(_log);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhalf")]
    [InlineData("Content-Length: 10\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nha")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\nX-Trailer: cut")]
    public void A_truncated_response_is_the_end_of_the_upstream_connection(string part)
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\n" + part);
        _upstream.Peers[0].Close();
        Assert.Equal("200 true 0x40", Line());
    }

    [Fact]
    public void A_response_whose_end_comes_with_its_head_is_truncated_all_the_same()
    {
        Send(Get);
        _upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        _upstream.Peers[0].Close();
        Assert.Equal("200 true 0x40", Line());
    }

    [Fact]
    public void A_reset_inside_a_response_is_the_end_of_the_upstream_connection()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\n\r\nhalf");
        _upstream.Peers[0].Reset();
        Assert.Equal("200 true 0x40", Line());
    }

    [Fact]
    public void A_bad_chunk_of_a_response_is_the_upstreams_fault_but_no_end_of_a_connection()
    {
        Send(Get);
        Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n");
        Assert.Equal("200 true 0x10", Line());
    }

    [Fact]
    public void A_bad_chunk_of_a_request_ends_its_response_early_and_the_log_says_so()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        Send("zz\r\n");
        Assert.True(_client.WasReset);
        Assert.Equal("200 true 0x2000", Line());
    }

    [Fact]
    public void A_body_that_is_too_slow_is_the_clients_fault()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx");
        _world.Advance(30_000);
        Send("x");
        _world.Advance(31_000);
        Assert.Equal("408 true 0x2000", Line());
    }

    [Theory]
    [InlineData(150_000)]
    [InlineData(190_000)]
    [InlineData(200_000)]
    [InlineData(208_000)]
    [InlineData(216_000)]
    [InlineData(1_000_000)]
    public void A_client_that_leaves_while_the_rest_is_already_here_has_not_got_it(int length)
    {
        _client.PauseReading();
        Send(Get);
        Answer($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}");
        bool isUnderWay = _world.Count(DownstreamMetric.RequestActive) == 1;
        _client.Reset();
        Assert.Equal(isUnderWay ? "200 true 0x2000" : "200 false 0x0", Line());
    }

    private void Send(string text)
    {
        _client.Send(text);
        _world.Run();
    }

    private void Answer(string text)
    {
        _upstream.Peers[0].Send(text);
        _world.Run();
    }

    private string Line()
    {
        _world.Run();
        _world.WriteLogs();
        return File.ReadAllText(_log).TrimEnd('\n');
    }
}
