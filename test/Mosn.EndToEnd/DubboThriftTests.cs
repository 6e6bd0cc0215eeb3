using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>
/// Thrift in Dubbo's envelope, with the client and the server of thrift: the messages are theirs, and so is the framing; the
/// envelope, which no library for Node knows, is put around in the peers' scripts.
/// </summary>
public class DubboThriftTests
{
    private const int UnknownMethod = 1, Unknown = 0, InternalError = 6;

    [Fact]
    public async Task Ten_thousand_calls_each_get_their_own_answer()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("thriftserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        JsonElement seen = await RpcCalls.RunAsync("thriftclient.js", mosn, "calls", 10_000);
        Assert.Equal(3, seen.GetProperty("plus").GetInt32());
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.True(seen.GetProperty("everything").GetBoolean());
        Assert.Equal("more than 32 bits", seen.GetProperty("overflow").GetProperty("why").GetString());
        JsonElement noMethod = seen.GetProperty("noMethod");
        Assert.Equal("TApplicationException", noMethod.GetProperty("name").GetString());
        Assert.Equal(UnknownMethod, noMethod.GetProperty("type").GetInt32());
        Assert.Equal("Unknown function minus", noMethod.GetProperty("message").GetString());
        Assert.Equal(10_000, seen.GetProperty("right").GetInt32());
    }

    [Fact]
    public async Task Calls_that_want_no_answer_arrive()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("thriftserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(server.Address).ToString());
        Assert.Equal(100, (await RpcCalls.RunAsync("thriftclient.js", mosn, "oneway")).GetProperty("notes").GetInt32());
    }

    [Fact]
    public async Task The_client_takes_what_the_proxy_says_itself_for_an_exception()
    {
        using PeerProcess server = await PeerProcess.StartNodeAsync("thriftserver.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(
            Config(server.Address, """, "timeout": "500ms" """).ToString());
        JsonElement seen = await RpcCalls.RunAsync("thriftclient.js", mosn, "replies");
        AssertError("noRoute", UnknownMethod, "404|router unavailable");
        AssertError("noHost", Unknown, "502|no health upstream");
        AssertError("timeout", InternalError, "504|timeout");

        void AssertError(string name, int type, string text)
        {
            JsonElement error = seen.GetProperty(name);
            Assert.Equal("TApplicationException", error.GetProperty("name").GetString());
            Assert.Equal(type, error.GetProperty("type").GetInt32());
            Assert.Equal(text, error.GetProperty("message").GetString());
        }
    }

    [Fact]
    public Task A_server_that_is_killed_and_comes_back_serves_again() =>
        RpcCalls.KillAndReviveAsync("thriftserver.js", "thriftclient.js", "load", "calls", static address => Config(address));

    private static ConfigText Config(string address, string route = "") =>
        RpcCalls.Config("dubbo-thrift", "com.example.Calculator", address, "com.example.Down", route);
}
