using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>TARS and both versions of TUP, with the client and the server of @tars/rpc.</summary>
public class TarsTests
{
    private const string Service = "Demo.CalculatorServer.CalculatorObj";

    [Theory]
    [InlineData("tars", 10_000)]
    [InlineData("tup2", 1000)]
    [InlineData("tup3", 1000)]
    public async Task Calls_each_get_their_own_answer(string version, int count)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("tarsserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        JsonElement seen = await RpcCalls.RunAsync("tarsclient.js", mosn, version, count);
        Assert.Equal(3, seen.GetProperty("plus").GetInt32());
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.True(seen.GetProperty("everything").GetBoolean());
        Assert.Equal("north,red", seen.GetProperty("about").GetString());
        Assert.Equal(
            version == "tars" ? """{"server":"calculator"}""" : "{}", seen.GetProperty("context").GetRawText()); // TUP has none.
        Assert.Equal(0, seen.GetProperty("ping").GetInt32());
        Assert.Equal(-6, seen.GetProperty("fail").GetProperty("code").GetInt32());
        Assert.Equal(-3, seen.GetProperty("noFunction").GetProperty("code").GetInt32());
        Assert.Contains("timeout", seen.GetProperty("ownTimeout").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(count, seen.GetProperty("right").GetInt32());
    }

    [Fact]
    public async Task Calls_that_want_no_answer_arrive()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("tarsserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        Assert.Equal(100, (await RpcCalls.RunAsync("tarsclient.js", mosn, "oneway")).GetProperty("notes").GetInt32());
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("3", false)]
    public async Task The_client_understands_what_the_proxy_says_itself(string version, bool hasText)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("tarsserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(
            Config(server.Address, """, "timeout": "500ms" """).ToString());
        JsonElement seen = (await RpcCalls.RunAsync("tarsclient.js", mosn, "replies")).GetProperty(version);
        AssertError(seen.GetProperty("noRoute"), -4, "404|router unavailable");
        AssertError(seen.GetProperty("noHost"), -8, "502|no health upstream");
        AssertError(seen.GetProperty("timeout"), -7, "504|timeout");

        // In TUP the library takes the text for nothing.
        void AssertError(JsonElement error, int code, string text)
        {
            Assert.Equal(code, error.GetProperty("code").GetInt32());
            Assert.Equal(hasText ? text : "", error.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData("tars")]
    [InlineData("tup2")]
    [InlineData("tup3")]
    public async Task The_log_tells_what_became_of_each_call(string version)
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("tarsserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(
            server.Address,
            listener: """
                {"access_logs":[{
                  "log_path": "access.log",
                  "log_format": "%x-mosn-rpc-service% %x-mosn-rpc-method% %response_code%"
                }]}
                """).ToString());
        await RpcCalls.RunAsync("tarsclient.js", mosn, version);
        await mosn.WaitForFileAsync("access.log", $"{Service} everything 200\n");
        await mosn.WaitForFileAsync("access.log", $"{Service} fail 504\n");
        await mosn.WaitForFileAsync("access.log", $"{Service} minus 404\n");
    }

    [Fact]
    public async Task A_server_answers_our_pings_and_a_silent_connection_stays()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("tarsserver.js");
        int admin = FreePort.Find();
        using MosnProcess mosn = await MosnProcess.StartAsync(
            Config(server.Address).Top("admin", RpcCalls.Admin(admin)).ToString());
        await RpcCalls.RunAsync("tarsclient.js", mosn, "tars");
        await Wait.UntilAsync(
            async () => await RpcCalls.CountAsync(admin, "rpc_heartbeat_sent_total{protocol=\"tars\"}") > 8,
            () => "no pings are sent");
        Assert.Equal(0, await RpcCalls.CountAsync(admin, "rpc_heartbeat_missed_total{protocol=\"tars\"}"));
    }

    [Fact]
    public Task A_server_that_is_killed_and_comes_back_serves_again() =>
        RpcCalls.KillAndReviveAsync("tarsserver.js", "tarsclient.js", "load", "tars", static address => Config(address));

    private static ConfigText Config(string address, string route = "", string listener = "{}") =>
        RpcCalls.Config("tars", Service, address, "Demo.Down.DownObj", route, listener);
}
