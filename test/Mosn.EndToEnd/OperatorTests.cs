using System.Globalization;
using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>What an operator sets and sees besides the traffic itself: idle time, log rotation, the prometheus sink, exit codes.</summary>
public class OperatorTests
{
    private const int Terminate = 15;
    private const string Ok = """{"match":{"prefix":"/"},"direct_response":{"status":200,"body":"ok"}}""";
    private const string Get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task The_idle_timeout_ends_idle_connections_and_no_exchange()
    {
        using ScriptedServer slow = new(async (connection, _) =>
        {
            await connection.ReadHeadAsync();
            await Task.Delay(TimeSpan.FromSeconds(2));
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate");
        });
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "web", """{"match":{"prefix":"/"},"route":{"cluster_name":"up"}}""",
                """{"connection_idle_timeout":"500ms"}""")
            .Tcp("tcp", listener: """{"connection_idle_timeout":"500ms"}""")
            .Cluster("up", slow.Address)
            .ToString());
        using RawConnection silent = await RawConnection.OpenAsync(mosn.PortOf("web"));
        using RawConnection busy = await RawConnection.OpenAsync(mosn.PortOf("web"));
        using RawConnection relayed = await RawConnection.OpenAsync(mosn.PortOf("tcp"));
        await busy.SendAsync(Get);
        Assert.Equal("", await silent.ReadToEndAsync());
        Assert.Equal("", await relayed.ReadToEndAsync());
        Assert.Equal("late", (await busy.ReadResponseAsync()).Body);
        Assert.Equal("", await busy.ReadToEndAsync()); // Idle now.
    }

    [Fact]
    public async Task The_error_log_is_rotated_by_size_keeps_so_many_files_and_loses_no_line()
    {
        // A line of about 100 bytes a change of the log level: three files of a mebibyte, and some.
        const int Changes = 32_000;
        int port = FreePort.Find();
        using MosnProcess mosn = MosnProcess.Launch(new ConfigText()
            .Server("default_log_path", "\"logs/mosn.log\"")
            .Server("global_log_roller", "\"size=1 keep=9\"")
            .Top("admin", Admin(port))
            .ToString());
        await mosn.WaitForFileAsync("logs/mosn.log", "running as process");
        string path = Path.Combine(mosn.Directory, "logs/mosn.log");
        string body = $$"""{"log_level":"INFO","log_path":{{JsonSerializer.Serialize("logs/mosn.log")}}}""";
        string change = "POST /api/v1/update_loglevel HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n{body}");
        using RawConnection admin = await RawConnection.OpenAsync(port);
        for (int i = 0; i < Changes; i++)
        {
            await admin.SendAsync(change);
            Assert.Equal(200, (await admin.ReadResponseAsync()).Status);
        }
        mosn.Signal(Terminate);
        Assert.Equal(0, await mosn.WaitForExitAsync());

        string[] files = Directory.GetFiles(Path.GetDirectoryName(path)!, "mosn*.log");
        Assert.InRange(files.Length, 3, 10);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 1024 * 1024));
        Assert.Equal(
            Changes,
            files.SelectMany(File.ReadLines).Count(line => line.Contains("POST /api/v1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_prometheus_sink_has_an_address_of_its_own_and_shows_nothing_else()
    {
        int port = FreePort.Find();
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("web", Ok)
            .Top("metrics", $$"""
                {"sinks":[{"type":"prometheus","config":{"address":"127.0.0.1","port":{{port}},"endpoint":"/prom"} }]}
                """)
            .ToString());
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        await client.SendAsync(Get);
        await client.ReadResponseAsync();

        (int code, string text, _) = await PeerProcess.RunAsync("curl", "-sS", $"http://127.0.0.1:{port}/prom");
        Assert.Equal(0, code);
        Assert.Contains("# TYPE downstream_request_total counter\n", text, StringComparison.Ordinal);
        Assert.Contains("downstream_request_total{listener=\"web\"} 1", text, StringComparison.Ordinal);
        foreach (string path in (string[])["/metrics", "/", "/api/v1/config_dump"])
        {
            (_, string status, _) = await PeerProcess.RunAsync(
                "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", $"http://127.0.0.1:{port}{path}");
            Assert.Equal("404", status);
        }
    }

    [Theory]
    [InlineData("version > /dev/full", 1, "mosn: No space left on device\n")]
    [InlineData("check --format xml", 2, "mosn check: Argument 'xml' not recognized. Must be one of: 'text' 'json'\n")]
    [InlineData("check -c /dev/null > /dev/null", 1, "")]
    [InlineData("reload -c /tmp/no/such/file.json", 1, "mosn: no process number in ")]
    public async Task Exit_codes_tell_what_happened_and_no_mishap_is_called_a_bug(string line, int expected, string errors)
    {
        (int code, _, string told) = await PeerProcess.RunAsync("/bin/sh", "-c", $"exec '{MosnProcess.Binary}' {line}");
        Assert.Equal(expected, code);
        Assert.StartsWith(errors, told, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", told, StringComparison.Ordinal);
    }

    private static string Admin(int port) => $$"""
        {"address":{"socket_address":{"address":"127.0.0.1","port_value":{{port}} } } }
        """;
}
