using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Mosn.EndToEnd;

/// <summary>The program of <c>examples/protocol</c>, its configuration and its peers.</summary>
public class ProtocolExampleTests
{
    private const int Kill = 9;

    private static readonly string s_folder = Folder();

    [Fact]
    public async Task Calls_are_answered_by_the_service_or_by_the_proxy_in_the_protocol()
    {
        using PeerProcess server = await StartServerAsync();
        using MosnProcess mosn = await StartAsync(server.Address);
        Assert.Equal("ok: hello, Ada\n", await CallAsync(mosn, "greeter", "hello", "Ada"));
        Assert.Equal("ok: hello, Ada\n", await CallAsync(mosn, "old-greeter", "hello", "Ada"));
        Assert.Equal("failed: greeter has no method sing\n", await CallAsync(mosn, "greeter", "sing"));
        Assert.Equal("no such service\n", await CallAsync(mosn, "nobody", "hello"));
        Assert.Equal("too late\n", await CallAsync(mosn, "greeter", "sleep", "--timeout", "200"));
        Assert.Equal("", await CallAsync(mosn, "greeter", "hello", "Ada", "--cast"));
        Assert.Equal("ok: bye\n", await CallAsync(mosn, "greeter", "leave"));
        Assert.Equal("ok: hello, Ada\n", await CallAsync(mosn, "greeter", "hello", "Ada"));
    }

    [Fact]
    public async Task Ten_thousand_calls_each_get_their_own_answer()
    {
        using PeerProcess server = await StartServerAsync();
        using MosnProcess mosn = await StartAsync(server.Address);
        string[] seen = await Task.WhenAll(
            CallAsync(mosn, "greeter", "hello", "Ada", "--times", "5000"),
            CallAsync(mosn, "greeter", "hello", "Bob", "--times", "5000"));
        Assert.Equal(["5000 of 5000 right\n", "5000 of 5000 right\n"], seen);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_serves_again()
    {
        PeerProcess server = await StartServerAsync();
        try
        {
            int port = server.Port;
            using MosnProcess mosn = await StartAsync(server.Address);
            Assert.Equal("ok: hello, Ada\n", await CallAsync(mosn, "greeter", "hello", "Ada"));
            server.Signal(Kill);
            server.Dispose();
            Assert.Equal("no such service\n", await CallAsync(mosn, "greeter", "hello", "Ada"));
            server = await StartServerAsync(port);
            Assert.Equal("ok: hello, Ada\n", await CallAsync(mosn, "greeter", "hello", "Ada"));
        }
        finally
        {
            server.Dispose();
        }
    }

    [Fact]
    public async Task The_same_port_speaks_http_and_Bolt()
    {
        using MosnProcess mosn = await StartAsync("127.0.0.1:1");
        (int code, string output, string errors) = await PeerProcess.RunAsync("curl", "-sS", mosn.UrlOf("front", "/hello"));
        Assert.True(code == 0, errors);
        Assert.Equal("hello from HTTP\n", output);
        using RawConnection bolt = await RawConnection.OpenAsync(mosn.AddressOf("front"));
        await bolt.SendAsync(Convert.FromHexString("01010000010000000301" + "00000BB8" + "0000000000000000"));
        string reply = await bolt.ReadAsync(20);
        Assert.Equal("\u0001\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0003", reply[..9]);
    }

    private static Task<PeerProcess> StartServerAsync(int port = 0) =>
        PeerProcess.StartNodeAsync(Path.Combine(s_folder, "server.js"), $"{port}");

    private static Task<MosnProcess> StartAsync(string host)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, "mosn.json")))!;
        JsonNode server = config["servers"]![0]!;
        server["default_log_path"] = "stderr";
        server["default_log_level"] = "INFO";
        server["listeners"]![0]!["address"] = "127.0.0.1:0";
        config["admin"]!["address"]!["socket_address"]!["port_value"] = 0;
        config["cluster_manager"]!["clusters"]![0]!["hosts"]![0]!["address"] = host;
        return MosnProcess.StartAsync(config.ToJsonString(), program: Program());
    }

    private static async Task<string> CallAsync(MosnProcess mosn, params string[] arguments)
    {
        string port = $"{((IPEndPoint)mosn.AddressOf("front")).Port}";
        (int code, string output, string errors) = await PeerProcess.RunAsync(
            "node", [Path.Combine(s_folder, "client.js"), .. arguments, "--port", port]);
        Assert.True(code == 0, errors);
        return output;
    }

    /// <summary>Built beside these tests, in the same configuration.</summary>
    private static string Program() => Path.Combine(
        s_folder, "bin", Path.GetRelativePath(Path.Combine(s_folder, "../../test/Mosn.EndToEnd/bin"), AppContext.BaseDirectory),
        "mosn-with-courier");

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../examples/protocol"));
}
