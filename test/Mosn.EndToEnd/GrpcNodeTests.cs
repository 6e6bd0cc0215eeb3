using System.Globalization;
using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>gRPC with client and server on Node (@grpc/grpc-js), through the proxy.</summary>
public sealed class GrpcNodeTests : IAsyncLifetime
{
    private const int SignalUser2 = 12;

    private PeerProcess _server = null!;
    private MosnProcess _mosn = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PeerProcess.StartNodeAsync("grpcserver.js");
        _mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "web",
                """
                {"match":{"prefix":"/"},"route":{"cluster_name":"up","retry_policy":{"conditions":["unavailable"],"num_retries":3}}}
                """,
                listener: """
                {"stream_filters":[{"type":"grpc_metric"}],
                 "access_logs":[{"log_path":"grpc.log",
                   "log_format":"%gRPC_serviceName% %grpc_status_name% %grpc_message% %response_code%"}]}
                """,
                protocol: "Http2")
            .Cluster("up", _server.Address).ToString());
    }

    public ValueTask DisposeAsync()
    {
        _mosn.Dispose();
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Metadata_come_through_in_both_directions()
    {
        JsonElement seen = await AskAsync("metadata");
        Assert.Equal(0, Code(seen));
        Assert.Equal("one word", seen.GetProperty("head").GetProperty("x-seen").GetString());
        Assert.Equal(["0001ff", "7365636f6e64"], seen.GetProperty("bits").EnumerateArray().Select(static bits => bits.GetString()!));
        Assert.Equal("word", seen.GetProperty("last").GetProperty("x-last").GetString());
    }

    [Fact]
    public async Task A_call_that_fails_has_its_status_its_text_and_its_metadata()
    {
        JsonElement seen = await AskAsync("unary", "fail 9 not now: ä%");
        Assert.Equal(9, Code(seen));
        Assert.Equal("not now: ä%", seen.GetProperty("details").GetString());
        Assert.Equal("asked for", seen.GetProperty("metadata").GetProperty("x-why").GetString());
    }

    [Theory]
    [InlineData("collect", "1000", "100")]
    [InlineData("collect", "20", "1000000")]
    [InlineData("produce", "1000", "100")]
    [InlineData("produce", "50", "1000000")]
    public async Task Streams_are_whole(string scenario, string count, string length)
    {
        JsonElement seen = await AskAsync(scenario, count, length);
        Assert.Equal(0, Code(seen));
        long total = long.Parse(count, CultureInfo.InvariantCulture) * long.Parse(length, CultureInfo.InvariantCulture);
        string whole = scenario == "collect"
            ? seen.GetProperty("text").GetString()!
            : $"{seen.GetProperty("count")} {seen.GetProperty("length")}";
        Assert.Equal($"{count} {total}", whole);
    }

    [Fact]
    public async Task Both_sides_talk_in_turn()
    {
        JsonElement seen = await AskAsync("echo", "100");
        Assert.Equal((0, 100), (Code(seen), seen.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task A_large_message_comes_back_whole()
    {
        JsonElement seen = await AskAsync("large", "4194304");
        Assert.Equal((0, 4_194_304), (Code(seen), seen.GetProperty("length").GetInt32()));
    }

    [Fact]
    public async Task A_client_that_gives_up_is_heard_by_the_server()
    {
        JsonElement seen = await AskAsync("cancel");
        Assert.Equal((1, 1), (Code(seen), seen.GetProperty("cancelled").GetInt32()));
    }

    [Fact]
    public async Task A_deadline_reaches_the_server_and_ends_the_call()
    {
        JsonElement left = await AskAsync("deadline", "deadline", "60000");
        Assert.InRange(int.Parse(left.GetProperty("text").GetString()!, CultureInfo.InvariantCulture), 30_000, 60_000);
        Assert.Equal(4, Code(await AskAsync("deadline", "sleep 60000", "300")));
    }

    [Fact]
    public async Task A_call_is_sent_again_until_its_server_is_ready()
    {
        JsonElement seen = await AskAsync("unary", "fail-first 2");
        Assert.Equal("after 2", seen.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Logs_tell_how_calls_ended()
    {
        await AskAsync("unary", "hello");
        await AskAsync("unary", "fail 13 oh dear");
        await _mosn.WaitForFileAsync("grpc.log", "oh%20dear");
        Assert.Equal(
            ["/e2e.Peer/Unary OK OK 200", "/e2e.Peer/Unary INTERNAL oh%20dear 200"],
            File.ReadAllLines(Path.Combine(_mosn.Directory, "grpc.log")));
    }

    [Fact]
    public async Task A_host_that_says_it_does_not_serve_gets_no_calls()
    {
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http("web", """{"match":{"prefix":"/"},"route":{"cluster_name":"up"}}""", protocol: "Http2")
            .Cluster(
                "up",
                """
                {"panic_threshold":0,"health_check":{"service_name":"up","protocol":"grpc","interval":"100ms","timeout":"10s",
                 "initial_delay_seconds":"1ms","check_config":{"grpc_check_config":{"service":"e2e"}}}}
                """,
                [_server.Address])
            .ToString());
        foreach (int expected in (int[])[0, 14, 0])
        {
            await Wait.UntilAsync(
                async () => Code(await PeerProcess.RunNodeAsync("grpcclient.js", $"{mosn.AddressOf("web")}", "unary", "hello")) == expected,
                () => $"calls never end with {expected}");
            _server.Signal(SignalUser2);
        }
    }

    private static int Code(JsonElement seen) => seen.GetProperty("code").GetInt32();

    private Task<JsonElement> AskAsync(params string[] scenario) =>
        PeerProcess.RunNodeAsync("grpcclient.js", [$"{_mosn.AddressOf("web")}", .. scenario]);
}
