using System.Globalization;

namespace Mosn.EndToEnd;

/// <summary>What access logs tell, and that they lose nothing.</summary>
public class AccessLogTests
{
    private const int User1 = 10, Terminate = 15;

    private const string Format =
        "%x-mosn-method% %x-mosn-path% %protocol% %response_code% in=%bytes_received% out=%bytes_sent% "
        + "%response_flag% [%request_header_x-id%] [%response_header_x-served-by%] %upstream_cluster%";

    [Fact]
    public async Task A_line_tells_of_each_request_how_it_went()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("http.js");
        int nobody = FreePort.Find();
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "web",
                """
                {"match":{"prefix":"/gone"},"route":{"cluster_name":"gone"}},
                {"match":{"prefix":"/direct"},"direct_response":{"status":418,"body":"tea"}},
                {"match":{"prefix":"/"},"route":{"cluster_name":"up"}}
                """,
                listener: $$"""{"access_logs":[{"log_path":"access.log","log_format":"{{Format}}"}]}""")
            .Cluster("up", node.Address)
            .Cluster("gone", $"127.0.0.1:{nobody}")
            .ToString());

        using (RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web")))
        {
            await client.SendAsync("POST /echo?a=b HTTP/1.1\r\nHost: x\r\nX-Id: 7\r\nContent-Length: 5\r\n\r\nhello");
            await client.ReadResponseAsync();
            await client.SendAsync("GET /direct HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadResponseAsync();
            await client.SendAsync("GET /gone HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(502, (await client.ReadResponseAsync()).Status);
            await client.SendAsync("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
            await Wait.UntilAsync(
                async () =>
                {
                    using RawConnection other = await RawConnection.OpenAsync(mosn.PortOf("web"));
                    await other.SendAsync("GET /active HTTP/1.1\r\nHost: x\r\n\r\n");
                    return (await other.ReadResponseAsync()).Body == "1";
                },
                () => "the request never arrived");
        }
        await Wait.UntilAsync(() => ReadLog(mosn).Contains("/hang", StringComparison.Ordinal), () => ReadLog(mosn));
        // Another connection may be on another loop, whose lines come when they come.
        string[] lines = [.. ReadLog(mosn).Split('\n').Where(static line => !line.StartsWith("GET /active ", StringComparison.Ordinal))];
        Assert.Equal("POST /echo Http1 200 in=5 out=5 false [7] [node] up", lines[0]);
        Assert.Equal("GET /direct Http1 418 in=0 out=3 false [-] [-] -", lines[1]);
        Assert.Equal("GET /gone Http1 502 in=0 out=0 true [-] [-] gone", lines[2]);
        Assert.Contains("GET /hang Http1 499 in=0 out=0 true [-] [-] up", lines);
    }

    [Fact]
    public async Task A_log_that_was_renamed_is_opened_anew_and_no_line_is_lost()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Server("processor", "2")
            .Http(
                "web",
                """{"match":{"prefix":"/"},"direct_response":{"status":200,"body":"x"}}""",
                listener: """{"access_logs":[{"log_path":"access.log","log_format":"%x-mosn-path%"}]}""")
            .ToString());
        string log = Path.Combine(mosn.Directory, "access.log");
        const int Clients = 4, PerClient = 2000;
        int sent = 0;
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(async number =>
        {
            using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
            for (int i = 0; i < PerClient; i++)
            {
                await client.SendAsync(string.Create(
                    CultureInfo.InvariantCulture, $"GET /{number}-{i} HTTP/1.1\r\nHost: x\r\n\r\n"));
                await client.ReadResponseAsync();
                Interlocked.Increment(ref sent);
            }
        })];
        for (int rotation = 1; rotation <= 3; rotation++)
        {
            int mark = Clients * PerClient * rotation / 4;
            await Wait.UntilAsync(() => Volatile.Read(ref sent) >= mark, () => "the clients stand still");
            File.Move(log, $"{log}.{rotation}");
            mosn.Signal(User1);
            await Wait.UntilAsync(() => File.Exists(log), () => "there is no new log");
        }
        await Task.WhenAll(clients);
        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());

        string[] lines = [.. Directory.GetFiles(mosn.Directory, "access.log*").SelectMany(File.ReadAllLines)];
        Assert.Equal(Clients * PerClient, lines.Length);
        Assert.Equal(Clients * PerClient, lines.Distinct().Count());
    }

    [Fact]
    public async Task A_line_tells_of_each_relayed_connection_how_much_went_each_way()
    {
        using PeerProcess node = await PeerProcess.StartNodeAsync("tcp.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Tcp("tcp", """
                {"cluster":"up","access_logs":[
                  {"log_path":"access.log","log_format":"in=%bytes_received% out=%bytes_sent% %upstream_cluster%"}]}
                """)
            .Cluster("up", node.Address)
            .ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        await client.SendAsync("hello");
        client.EndOutput();
        string all = await client.ReadToEndAsync();
        await Wait.UntilAsync(() => ReadLog(mosn).Length > 0, () => "there is no line");
        Assert.Equal($"in=5 out={all.Length} up\n", ReadLog(mosn));
    }

    private static string ReadLog(MosnProcess mosn)
    {
        string file = Path.Combine(mosn.Directory, "access.log");
        return File.Exists(file) ? File.ReadAllText(file) : "";
    }
}
