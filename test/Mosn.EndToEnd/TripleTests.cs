using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>
/// Dubbo 3: Triple and gRPC with the client and the server of @apachedubbo/dubbo-node, and the client of @grpc/grpc-js. Services
/// are prefixes of the path.
/// </summary>
public sealed class TripleTests : IAsyncLifetime
{
    private PeerProcess _blue = null!;
    private PeerProcess _green = null!;
    private MosnProcess _mosn = null!;

    /// <summary>What speaks to the server, and in what.</summary>
    public static TheoryData<string> Libraries => ["triple", "grpc", "grpc-js"];

    public async ValueTask InitializeAsync()
    {
        _blue = await PeerProcess.StartNodeAsync("tripleserver.js", "blue");
        _green = await PeerProcess.StartNodeAsync("tripleserver.js", "green");
        _mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "triple",
                """
                { "match": { "prefix": "/com.example.Greeter/", "headers": [{ "name": "tri-service-version", "value": "2.0" }] },
                  "route": { "cluster_name": "green", "upstream_protocol": "Http2" } },
                { "match": { "prefix": "/com.example.Greeter/" }, "route": { "cluster_name": "blue", "upstream_protocol": "Http2" } },
                { "match": { "prefix": "/com.example.Other/" }, "route": { "cluster_name": "green", "upstream_protocol": "Http2" } }
                """,
                protocol: "Http2")
            .Cluster("blue", _blue.Address).Cluster("green", _green.Address).ToString());
    }

    public ValueTask DisposeAsync()
    {
        _mosn.Dispose();
        _blue.Dispose();
        _green.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Calls_go_where_their_service_and_its_version_are(string library)
    {
        Assert.Equal(1000, (await CallAsync(library, "calls", "1000")).GetProperty("right").GetInt32());
        Assert.True((await CallAsync(library, "large")).GetProperty("same").GetBoolean());
        Assert.Equal("blue", Text(await CallAsync(library, "where", "com.example.Greeter")));
        Assert.Equal("green 2.0", Text(await CallAsync(library, "where", "com.example.Greeter", "2.0")));
        Assert.Equal("green", Text(await CallAsync(library, "where", "com.example.Other")));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Errors_of_the_service_and_of_mosn_and_deadlines_are_statuses(string library)
    {
        JsonElement failed = await CallAsync(library, "fail");
        Assert.Equal((8, "enough"), (failed.GetProperty("code").GetInt32(), failed.GetProperty("message").GetString()));
        Assert.Equal(4, (await CallAsync(library, "slow")).GetProperty("code").GetInt32());
        Assert.Equal(12, (await CallAsync(library, "where", "com.example.Unknown")).GetProperty("code").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Streams_pass(string library)
    {
        JsonElement seen = await CallAsync(library, "streams");
        Assert.Equal(100, seen.GetProperty("count").GetInt32());
        Assert.Equal(string.Concat(Enumerable.Range(0, 100)), seen.GetProperty("joined").GetString());
    }

    private async Task<JsonElement> CallAsync(string library, params string[] scenario)
    {
        JsonElement seen = await PeerProcess.RunNodeAsync("tripleclient.js", [library, _mosn.UrlOf("triple", ""), .. scenario]);
        Assert.False(seen.TryGetProperty("broken", out _), $"{seen}");
        return seen;
    }

    private static string Text(JsonElement seen) => seen.TryGetProperty("text", out JsonElement text) ? $"{text}" : $"{seen}";
}
