using Mosn.Proxy.Config;
using Mosn.Proxy.Health;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Health;

/// <summary>What a check sends, and which answers are good.</summary>
public sealed class HttpCheckTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly HealthWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_request_says_what_the_configuration_says()
    {
        MemoryHost host = _world.Open(1, port: 8080);
        _world.Apply(Http(new HttpCheckConfig
        {
            Port = 8080,
            Method = "HEAD",
            Path = "/health?deep=1",
            Domain = "app.test",
            Headers = new Dictionary<string, string> { ["X-Probe"] = "yes" },
        }));
        _world.Advance(1050);
        string request = Assert.Single(host.Peers).ReceivedText;
        Assert.StartsWith("HEAD /health?deep=1 HTTP/1.1\r\n", request);
        Assert.Contains("\r\nHost: app.test\r\n", "\r\n" + request[(request.IndexOf('\n') + 1)..]);
        Assert.Contains("\r\nX-Probe: yes\r\n", request);
        Assert.EndsWith("\r\n\r\n", request);
    }

    [Fact]
    public void Without_a_path_and_a_domain_it_asks_the_host_for_its_root()
    {
        MemoryHost host = _world.Open(1);
        _world.Apply(Http(new HttpCheckConfig()));
        _world.Advance(1050);
        string request = Assert.Single(host.Peers).ReceivedText;
        Assert.StartsWith("GET / HTTP/1.1\r\n", request);
        Assert.Contains("Host: 10.0.0.1:80\r\n", request);
        Assert.DoesNotContain("Content-Length", request);
    }

    [Theory]
    [InlineData("", Ok, true)]
    [InlineData("", "HTTP/1.1 204 No Content\r\n\r\n", false)]
    [InlineData("", "HTTP/1.1 301 Moved\r\nLocation: http://10.0.0.2/\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("", "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\n" + Ok, true)]
    [InlineData("", "SSH-2.0-OpenSSH\r\n", false)]
    [InlineData("200-299,404-404", "HTTP/1.1 204 No Content\r\n\r\n", true)]
    [InlineData("200-299,404-404", "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("200-299,404-404", "HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n", true)]
    [InlineData("200-299,404-404", "HTTP/1.1 300 Choices\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("503-503", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    public void The_status_decides(string codes, string response, bool passes)
    {
        _world.Answer(1, response);
        Cluster cluster = _world.Apply(Http(new HttpCheckConfig { Codes = Codes(codes) }));
        _world.Advance(1050);
        Assert.Equal(passes ? [1] : [], HealthWorld.Healthy(cluster));
        Assert.Equal(passes ? 1 : 0, _world.Count(CheckMetric.Success));
        Assert.Equal(passes ? 0 : 1, _world.Count(CheckMetric.ActiveFailure));
        _world.Advance(100);
        Assert.Equal(0, _world.Network.OpenTransports);
        Assert.Equal(0, _world.Network.RentedChunks);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nall is fine", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nall is bad", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nis \r\n4\r\nfine\r\n0\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false)]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 7\r\n\r\nis fine", false)]
    public void The_body_can_decide_too(string response, bool passes)
    {
        _world.Answer(1, response);
        Cluster cluster = _world.Apply(Http(new HttpCheckConfig { ExpectedBody = "is fine" }));
        _world.Advance(1050);
        Assert.Equal(passes ? [1] : [], HealthWorld.Healthy(cluster));
    }

    [Fact]
    public void An_endless_body_is_read_no_further_than_its_bound()
    {
        MemoryHost host = _world.Answer(1, "HTTP/1.1 200 OK\r\n\r\n" + new string('x', 200_000));
        Cluster cluster = _world.Apply(Http(new HttpCheckConfig { ExpectedBody = "y" }));
        _world.Advance(1050);
        Assert.Empty(HealthWorld.Healthy(cluster));
        Assert.Equal(1, _world.Count(CheckMetric.ActiveFailure));
        Assert.Equal(0, _world.Network.OpenTransports);
        Assert.InRange(host.Peers[0].SentTotal, 64 * 1024, 200_018);
    }

    [Fact]
    public void A_body_that_nobody_asks_for_is_read_so_that_the_host_sees_no_reset()
    {
        MemoryHost host = _world.Open(1);
        Cluster cluster = _world.Apply(Http(new HttpCheckConfig()));
        _world.Advance(1050);
        host.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
        _world.Network.RunUntilIdle();
        host.Peers[0].Send("body");
        _world.Network.RunUntilIdle();
        Assert.True(host.Peers[0].InputEnded);
        Assert.False(host.Peers[0].WasReset);
        Assert.Equal(1, _world.Count(CheckMetric.Success));

        // One whose body does not end is judged by its head when the time is over.
        _world.Advance(1020);
        host.Peers[1].Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbo");
        _world.Advance(100);
        Assert.Equal((2, 0), (_world.Count(CheckMetric.Success), _world.Count(CheckMetric.Failure)));
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Assert.Equal(0, _world.Network.OpenTransports);
    }

    [Fact]
    public void Every_split_of_the_answer_is_the_same_answer()
    {
        using HealthWorld world = new(weather: new SeededWeather(7));
        const int Hosts = 50;
        for (int i = 1; i <= Hosts; i++)
        {
            world.Answer(i, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nall is fine");
        }
        Cluster cluster = world.Apply(HealthWorld.Config(Hosts, HealthWorld.Checks with
        {
            Protocol = "Http1",
            Timeout = TimeSpan.FromSeconds(5),
            UnhealthyThreshold = 100, // The weather resets some connections.
            CheckConfig = new CheckConfig { Http = new HttpCheckConfig { ExpectedBody = "is fine" } },
        }));
        world.Advance(20_000);
        Assert.Equal(Hosts, HealthWorld.Healthy(cluster).Length);
        Assert.InRange(world.Count(CheckMetric.Success), Hosts, long.MaxValue);
        world.Directory.Apply([]);
        world.Advance(20_000);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void An_answer_after_the_timeout_is_not_looked_at()
    {
        MemoryHost host = _world.Open(1);
        Cluster cluster = _world.Apply(Http(new HttpCheckConfig()));
        _world.Advance(1150);
        Assert.Empty(HealthWorld.Healthy(cluster));
        Assert.True(host.Peers[0].IsOver); // Nobody waits there any more.
        host.Peers[0].Send(Ok);
        _world.Advance(100);
        Assert.Empty(HealthWorld.Healthy(cluster));
        Assert.Equal((1, 0), (_world.Count(CheckMetric.NetworkFailure), _world.Count(CheckMetric.Success)));
        Assert.Equal(0, _world.Network.OpenTransports);
    }

    [Fact]
    public void The_shorter_of_both_timeouts_counts()
    {
        _world.Open(1);
        Cluster cluster = _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with
        {
            Protocol = "Http1",
            Timeout = TimeSpan.FromSeconds(30),
            CheckConfig = new CheckConfig { Http = new HttpCheckConfig { Timeout = TimeSpan.FromMilliseconds(50) } },
        }));
        _world.Advance(1100);
        Assert.Empty(HealthWorld.Healthy(cluster));
    }

    [Theory]
    [InlineData("Http1")]
    [InlineData("bolt")]
    [InlineData("")]
    public void Without_a_request_to_send_a_connection_is_enough(string protocol)
    {
        MemoryHost host = _world.Open(1);
        Cluster cluster = _world.Apply(HealthWorld.Config(2, HealthWorld.Checks with { Protocol = protocol }));
        _world.Advance(1050);
        Assert.Equal([1], HealthWorld.Healthy(cluster));
        Assert.Equal("", host.Peers[0].ReceivedText);
    }

    [Theory]
    [InlineData("PING\r\n", "", "+PONG", "", "-ERR +PONG\r\n", true)]
    [InlineData("PING\r\n", "", "+PONG", "", "-ERR\r\n", false)]
    [InlineData("", "50494e47", "", "2b504f4e47", "+PONG", true)]
    [InlineData("PING", "", "", "", "", true)]
    [InlineData("", "", "hello", "", "hello, world", true)]
    public void Bytes_can_be_sent_and_expected(
        string send, string sendHex, string receive, string receiveHex, string answer, bool passes)
    {
        MemoryHost host = _world.Open(1, peer => peer.Send(answer));
        Cluster cluster = _world.Apply(HealthWorld.Config(1, HealthWorld.Checks with
        {
            CheckConfig = new CheckConfig
            {
                Tcp = new TcpCheckConfig { Send = send, SendHex = sendHex, Receive = receive, ReceiveHex = receiveHex },
            },
        }));
        _world.Advance(1250);
        Assert.Equal(passes ? [1] : [], HealthWorld.Healthy(cluster));
        Assert.Equal(send.Length + sendHex.Length > 0 ? "PING" : "", host.Peers[0].ReceivedText.TrimEnd());
        _world.Directory.Apply([]);
        _world.Advance(10_000);
        Assert.Empty(_world.Leaks());
    }

    private static ClusterConfig Http(HttpCheckConfig http) => HealthWorld.Config(1, HealthWorld.Checks with
    {
        Protocol = "Http1",
        CheckConfig = new CheckConfig { Http = http },
    });

    private static CodeRangeConfig[] Codes(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static range => new CodeRangeConfig
        {
            Start = int.Parse(range.Split('-')[0]),
            End = int.Parse(range.Split('-')[1]),
        }),
    ];
}
