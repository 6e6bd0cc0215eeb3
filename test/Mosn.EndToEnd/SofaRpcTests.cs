using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>SOFARPC over Bolt, with the client and the server of sofa-rpc-node.</summary>
public class SofaRpcTests
{
    private const int Kill = 9;

    [Fact]
    public async Task Ten_thousand_calls_each_get_their_own_answer()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        AssertRight(await CallAsync(mosn, "bolt", 10_000), 10_000);
    }

    [Fact]
    public async Task One_port_serves_Bolt_and_both_versions_of_HTTP()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address, "Auto").ToString());
        AssertRight(await CallAsync(mosn, "bolt", 100), 100);
        foreach (string version in (string[])["--http1.1", "--http2-prior-knowledge"])
        {
            (int code, string output, string errors) =
                await PeerProcess.RunAsync("curl", "-sS", version, mosn.UrlOf("bolt", "/hello"));
            Assert.True(code == 0, errors);
            Assert.Equal("hello", output);
        }
    }

    [Fact]
    public async Task A_call_that_wants_no_answer_is_served_and_gets_none()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        JsonElement seen = await AskAsync(mosn, "one-way");
        Assert.Equal(3, seen.GetProperty("logged").GetInt32());
        Assert.Equal(1, seen.GetProperty("answers").GetInt32()); // Of the call behind them.
    }

    [Fact]
    public async Task A_heartbeat_is_answered_by_mosn_which_asks_a_silent_host_itself()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(
            Config(server.Address, cluster: """{"keepalive":{"interval":"1s"}}""").ToString());
        Assert.True((await AskAsync(mosn, "heartbeat")).GetProperty("answered").GetBoolean());
        await AskAsync(mosn, "counts");
        using MosnProcess other = await MosnProcess.StartAsync(Config(server.Address).ToString());
        await Wait.UntilAsync(
            async () => (await AskAsync(other, "counts")).GetProperty("heartbeats").GetInt32() >= 2, () => "the host heard none");
    }

    [Fact]
    public async Task A_caller_understands_that_there_is_no_route_and_no_host()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        foreach (string service in (string[])["com.example.Unknown", "com.example.Down"])
        {
            // Status 6, for which the library has one text, as for all that it does not take for an exception of the server's.
            JsonElement seen = await AskAsync(mosn, "call", service, "m");
            Assert.Contains("Server exception", $"{seen.GetProperty("error")}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_serves_again()
    {
        PeerProcess server = await PeerProcess.StartNodeAsync("sofaserver.js");
        try
        {
            int port = server.Port;
            using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
            Task<JsonElement> load =
                PeerProcess.RunNodeAsync("sofaclient.js", $"{mosn.AddressOf("bolt")}", "load", "4000");
            await Task.Delay(TimeSpan.FromSeconds(1));
            server.Signal(Kill);
            server.Dispose();
            server = await PeerProcess.StartNodeAsync("sofaserver.js", $"{port}");
            JsonElement seen = await load;
            int total = seen.GetProperty("total").GetInt32();
            int right = seen.GetProperty("right").GetInt32();
            Assert.InRange(right, 1, total);
            AssertRight(await CallAsync(mosn, "bolt", 100), 100);
        }
        finally
        {
            server.Dispose();
        }
    }

    private static ConfigText Config(string host, string protocol = "bolt", string cluster = "{}") =>
        new ConfigText()
            .Http(
                "bolt",
                """
                { "match": { "path": "/hello" }, "direct_response": { "status": 200, "body": "hello" } },
                {
                  "match": { "headers": [{ "name": "service", "value": "com.example.Calculator:1.0" }] },
                  "route": { "cluster_name": "up" }
                },
                {
                  "match": { "headers": [{ "name": "service", "value": "com.example.Down:1.0" }] },
                  "route": { "cluster_name": "down" }
                }
                """,
                protocol: protocol)
            .Cluster("up", cluster, [host])
            .Cluster("down", $"127.0.0.1:{FreePort.Find()}");

    private static Task<JsonElement> AskAsync(MosnProcess mosn, params string[] scenario) =>
        PeerProcess.RunNodeAsync("sofaclient.js", [$"{mosn.AddressOf("bolt")}", .. scenario]);

    private static Task<JsonElement> CallAsync(MosnProcess mosn, string listener, int count) =>
        PeerProcess.RunNodeAsync("sofaclient.js", $"{mosn.AddressOf(listener)}", "calls", $"{count}");

    private static void AssertRight(JsonElement seen, int count)
    {
        Assert.False(seen.TryGetProperty("error", out JsonElement error), $"{error}");
        Assert.Equal(3, seen.GetProperty("plus").GetInt32());
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.Contains("on purpose", seen.GetProperty("fail").GetString(), StringComparison.Ordinal);
        // The client's own time is up, or the proxy has told it so, for which the library has one text for all statuses.
        Assert.Matches("no response|Server exception", seen.GetProperty("timeout").GetString());
        Assert.Equal(count, seen.GetProperty("right").GetInt32());
    }
}
