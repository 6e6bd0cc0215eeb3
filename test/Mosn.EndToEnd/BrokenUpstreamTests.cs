using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Mosn.EndToEnd;

/// <summary>Upstreams that fail in every way that was thought of: each client learns the truth, and only its own.</summary>
public partial class BrokenUpstreamTests
{
    private const int Kill = 9;
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    /// <summary>What the first connection says to its first request, before it ends in order.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task What_is_no_response_is_a_502_and_the_next_request_is_fine(string answer)
    {
        using ScriptedServer server = new(async (connection, number) =>
        {
            // Requests that may be repeated are, once: both tries meet the same fault.
            await connection.ReadHeadAsync();
            await connection.SendAsync(number <= 1 ? answer : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            if (number > 1)
            {
                await connection.WaitForEndAsync();
            }
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));

        await client.SendAsync(Get);
        Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        await client.SendAsync(Get);
        Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task A_reset_before_the_head_is_a_502()
    {
        using ScriptedServer server = new(async (connection, _) =>
        {
            await connection.ReadHeadAsync();
            connection.Reset();
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(Get);
            Assert.Equal(502, (await client.ReadResponseAsync()).Status);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", false)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end", true)]
    public async Task Half_a_body_never_looks_like_a_whole_one(string answer, bool reset)
    {
        TaskCompletionSource received = new();
        using ScriptedServer server = new(async (connection, _) =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync(answer);
            await received.Task;
            if (reset)
            {
                connection.Reset();
            }
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync(Get);
        if (answer.Contains("xyz", StringComparison.Ordinal))
        {
            received.SetResult(); // Broken already: there may be nothing to read but the reset.
        }
        else
        {
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
            received.SetResult();
        }
        Assert.Equal(Ending.Reset, await client.WaitForEndAsync());
    }

    [Fact]
    public async Task Bytes_behind_a_response_reach_nobody()
    {
        using ScriptedServer server = new(async (connection, number) =>
        {
            while (true)
            {
                await connection.ReadHeadAsync();
                await connection.SendAsync(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
            }
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(server.Address).ToString());
        for (int i = 0; i < 20; i++)
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
            await client.SendAsync(Get + Get);
            Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
            Assert.Equal("ok", (await client.ReadResponseAsync()).Body);
        }
    }

    [Fact]
    public async Task An_upstream_that_closes_idle_connections_costs_no_request()
    {
        using ScriptedServer server = new(async (connection, _) =>
        {
            await connection.ReadHeadAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo(server.Address).ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        for (int i = 0; i < 200; i++)
        {
            await client.SendAsync(Get);
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task A_host_that_refuses_is_a_502_and_one_that_does_not_answer_a_504()
    {
        // A listening socket whose accept queue is full swallows what else wants to connect.
        using Socket hole = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        using RawConnection filler = await RawConnection.OpenAsync(hole.LocalEndPoint!);
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Assert.Throws<SocketException>(() => second.Connect(hole.LocalEndPoint!));

        string nobody = $"127.0.0.1:{FreePort.Find()}";
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("hole", """{"match":{"prefix":"/"},"route":{"cluster_name":"hole"}}""")
            .Http("nobody", """{"match":{"prefix":"/"},"route":{"cluster_name":"nobody"}}""")
            .Cluster("hole", """{"connect_timeout":"300ms"}""", [hole.LocalEndPoint!.ToString()!])
            .Cluster("nobody", nobody)
            .ToString());
        foreach ((string listener, int status) in (IEnumerable<(string, int)>)[("hole", 504), ("nobody", 502)])
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf(listener));
            await client.SendAsync(Get);
            Assert.Equal(status, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task A_route_timeout_is_a_504_and_the_other_hosts_are_tried_when_one_refuses()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("web", """
                {"match":{"prefix":"/hang"},"route":{"cluster_name":"up","timeout":"200ms"}},
                {"match":{"prefix":"/"},"route":{"cluster_name":"up"}}
                """)
            .Cluster("up", $"127.0.0.1:{FreePort.Find()}", node.Address)
            .ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(504, (await client.ReadResponseAsync()).Status);
        for (int i = 0; i < 20; i++)
        {
            await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }
    }

    [Fact]
    public async Task An_upstream_killed_under_load_fails_requests_only_while_it_is_down()
    {
        int port = FreePort.Find();
        PeerProcess node = await PeerProcess.StartNodeAsync("http.js", "node", $"{port}");
        try
        {
            using MosnProcess mosn = await MosnProcess.StartAsync(ConfigText.HttpTo($"127.0.0.1:{port}").ToString());
            string url = mosn.UrlOf("web", "/name");
            Task<(int ExitCode, string Output, string Errors)> load =
                PeerProcess.RunAsync("wrk", "-t1", "-c16", "-d3s", "--timeout", "30s", url);
            using RawConnection probe = await RawConnection.OpenAsync(mosn.AddressOf("web"));
            await StatusBecomesAsync(probe, 200);
            node.Signal(Kill);
            await StatusBecomesAsync(probe, 502);
            node.Dispose();
            node = await PeerProcess.StartNodeAsync("http.js", "node", $"{port}");
            await StatusBecomesAsync(probe, 200);

            (int code, string output, string errors) = await load;
            Assert.True(code == 0, errors);
            Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
            Assert.Contains("Non-2xx", output, StringComparison.Ordinal);

            // Up again, not one fails any more.
            (_, output, _) = await PeerProcess.RunAsync("wrk", "-t1", "-c16", "-d1s", "--timeout", "30s", url);
            Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
            Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
            Assert.True(int.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) > 0, output);
        }
        finally
        {
            node.Dispose();
        }
    }

    private static Task StatusBecomesAsync(RawConnection probe, int status) => Wait.UntilAsync(
        async () =>
        {
            await probe.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
            return (await probe.ReadResponseAsync()).Status == status;
        },
        () => $"no {status} came");

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();
}
