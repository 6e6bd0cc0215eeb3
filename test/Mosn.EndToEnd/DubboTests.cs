using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>Dubbo, with the server of dubbo-remoting and the clients of dubbo2.js, of Apache and of dubbo-remoting.</summary>
public sealed class DubboTests(DubboWorld world) : IClassFixture<DubboWorld>
{
    private const int Kill = 9;
    private const int Terminate = 15;

    /// <summary>Each reads what others send in its own way.</summary>
    public static TheoryData<string> Libraries => ["dubbo2.js", "apache-dubbo-js", "dubbo-remoting"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Values_of_any_type_arrive_and_come_back_and_mosn_finds_what_lies_behind_them(string library)
    {
        JsonElement seen = await world.CallAsync(library, "types", $"of-{library}");
        Assert.Equal("grüß dich 😀", seen.GetProperty("text").GetString());
        Assert.Equal(-123456, seen.GetProperty("int").GetInt32());
        Assert.Equal("1234567890123", $"{seen.GetProperty("large")}");
        Assert.Equal(0.125, seen.GetProperty("double").GetDouble());
        Assert.True(seen.GetProperty("yes").GetBoolean());
        Assert.Equal("[1,\"two\",[3]]", seen.GetProperty("list").GetRawText());
        Assert.Equal("{\"a\":1,\"b\":\"two\"}", seen.GetProperty("map").GetRawText());
        Assert.Equal(2.5, seen.GetProperty("object").GetProperty("y").GetDouble());
        Assert.Equal("2017-07-14T02:40:00.123Z", seen.GetProperty("date").GetString());
        Assert.Equal("[[[[]]],{\"a\":[{\"b\":[1,2]}]},[0.5,1e-100,2147483648,-2147483648]]", seen.GetProperty("deep").GetRawText());
        Assert.Equal("p", seen.GetProperty("twice")[1].GetProperty("name").GetString());
        await world.WaitForLogAsync($"echo of-{library} 200", count: 11);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Attachments_arrive_and_a_route_sees_and_changes_them(string library)
    {
        JsonElement seen = await world.CallAsync(library, "attachments", "grüßen");
        Assert.Equal("grüßen", seen.GetProperty("group").GetString());
        Assert.Equal("com.example.Calculator", seen.GetProperty("path").GetString());
        Assert.Equal("mosn", seen.GetProperty("x-seen-by").GetString());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task An_exception_of_the_service_reaches_its_caller(string library) =>
        Assert.Contains("on purpose", Error(await world.CallAsync(library, "fail")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_method_that_the_server_has_not_is_its_error(string library) =>
        Assert.Contains("Can not find method", Error(await world.CallAsync(library, "no-method")), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_caller_understands_what_mosn_itself_answers(string library)
    {
        Assert.Contains(
            "404|router unavailable", Error(await world.CallAsync(library, "call", "com.example.Unknown", "m")), StringComparison.Ordinal);
        Assert.Contains(
            "502|no health upstream", Error(await world.CallAsync(library, "call", "com.example.Down", "m")), StringComparison.Ordinal);
        Assert.Contains("504|timeout", Error(await world.CallAsync(library, "slow", "60000")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Services_and_methods_have_routes_of_their_own(string library)
    {
        Assert.Equal("noon", Value(await world.CallAsync(library, "call", "com.example.Clock", "now")));
        Assert.Contains(
            "404|router unavailable", Error(await world.CallAsync(library, "call", "com.example.Clock", "then")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Ten_thousand_calls_each_get_their_own_answer(string library) =>
        Assert.Equal(10_000, (await world.CallAsync(library, "calls", "10000")).GetProperty("right").GetInt32());

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Large_values_pass(string library)
    {
        JsonElement seen = await world.CallAsync(library, "large", "3000000");
        Assert.True(seen.GetProperty("echo").GetBoolean());
        Assert.Equal(3_000_000, seen.GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task A_call_that_wants_no_answer_is_served_and_gets_none()
    {
        JsonElement only = Assert.Single((await world.CallAsync("raw", "one-way")).EnumerateArray());
        Assert.Equal("response", only.GetProperty("kind").GetString());
        Assert.Equal(3, only.GetProperty("id").GetInt32());
        Assert.Equal(2, only.GetProperty("data").GetProperty("appResponse").GetProperty("logged").GetInt32());
    }

    [Fact]
    public async Task A_heartbeat_is_answered_by_mosn_which_asks_a_silent_host_itself()
    {
        JsonElement only = Assert.Single((await world.CallAsync("raw", "heartbeat")).EnumerateArray());
        Assert.Equal("heartbeat_ack", only.GetProperty("kind").GetString());
        Assert.Equal(7, only.GetProperty("id").GetInt32());

        using MosnProcess mosn = await MosnProcess.StartAsync(
            DubboWorld.Config(world.ServerAddress, """{"keepalive":{"interval":"1s"}}""").ToString());
        await DubboWorld.CallAsync(mosn, "dubbo2.js", "call", "com.example.Clock", "now");
        await Wait.UntilAsync(
            async () => (await world.CallAsync("dubbo2.js", "counts")).GetProperty("heartbeats").GetInt32() >= 2,
            () => "the host heard none");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_call_larger_than_allowed_is_told_so_and_its_client_goes_on(string library)
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(
            DubboWorld.Config(world.ServerAddress, settings: """{ "dubbo": { "max_frame_size": 1000000 } }""").ToString());
        JsonElement seen = await DubboWorld.CallAsync(mosn, library, "too-large", "3000000");
        Assert.Contains("0|codec exception", Error(seen), StringComparison.Ordinal);
        Assert.Equal("noon", $"{seen.GetProperty("after")}");
    }

    [Fact]
    public async Task A_stop_lets_a_call_that_is_under_way_end()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(DubboWorld.Config(world.ServerAddress).ToString());
        int before = await SlowCountAsync();
        Task<JsonElement> slow = DubboWorld.CallAsync(mosn, "dubbo2.js", "slow", "4000", "grüßen"); // Whose route has time.
        await Wait.UntilAsync(async () => await SlowCountAsync() > before, () => "the server has no call");
        mosn.Signal(Terminate);
        Assert.Equal("slow", Value(await slow));
        Assert.Equal(0, await mosn.WaitForExitAsync());
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_serves_again()
    {
        PeerProcess server = await PeerProcess.StartNodeAsync("dubboserver.js");
        try
        {
            int port = server.Port;
            using MosnProcess mosn = await MosnProcess.StartAsync(DubboWorld.Config(server.Address).ToString());
            Task<JsonElement> load = DubboWorld.CallAsync(mosn, "dubbo2.js", "load", "4000");
            await Task.Delay(TimeSpan.FromSeconds(1));
            server.Signal(Kill);
            server.Dispose();
            server = await PeerProcess.StartNodeAsync("dubboserver.js", $"{port}");
            JsonElement seen = await load;
            Assert.InRange(seen.GetProperty("right").GetInt32(), 1, seen.GetProperty("total").GetInt32());
            JsonElement after = await DubboWorld.CallAsync(mosn, "dubbo2.js", "calls", "100");
            Assert.Equal(100, after.GetProperty("right").GetInt32());
        }
        finally
        {
            server.Dispose();
        }
    }

    private async Task<int> SlowCountAsync() => (await world.CallAsync("dubbo2.js", "counts")).GetProperty("slow").GetInt32();

    private static string Error(JsonElement seen) => $"{seen.GetProperty("error")}";

    private static string Value(JsonElement seen) => $"{seen.GetProperty("value")}";
}
