using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>A Dubbo server, dubbo-remoting, and a mosn before it.</summary>
public sealed class DubboWorld : IAsyncLifetime
{
    private PeerProcess _server = null!;
    private MosnProcess _mosn = null!;

    /// <summary>host:port of the server.</summary>
    internal string ServerAddress => _server.Address;

    public async ValueTask InitializeAsync()
    {
        _server = await PeerProcess.StartNodeAsync("dubboserver.js");
        _mosn = await MosnProcess.StartAsync(Config(ServerAddress).ToString());
    }

    public ValueTask DisposeAsync()
    {
        _mosn.Dispose();
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Services are virtual hosts; one method of the clock has a route, one of the calculator little time; calls of a group get
    /// one attachment more.
    /// </summary>
    /// <param name="cluster">More keys of the server's cluster, as JSON.</param>
    /// <param name="settings"><c>extend_config</c> of the listener's filter, as JSON.</param>
    internal static ConfigText Config(string server, string cluster = "{}", string settings = "{}") =>
        new ConfigText()
            .Http(
                "dubbo",
                """
                { "virtual_hosts": [
                  { "name": "calculator", "domains": ["com.example.Calculator"], "routers": [
                    { "match": { "headers": [{ "name": "group", "value": "grüßen" }] },
                      "route": { "cluster_name": "up",
                        "request_headers_to_add": [{ "header": { "key": "x-seen-by", "value": "mosn" } }] } },
                    { "match": { "headers": [{ "name": "method", "value": "slow" }] },
                      "route": { "cluster_name": "up", "timeout": "1s" } },
                    { "match": { "prefix": "/" }, "route": { "cluster_name": "up" } }
                  ] },
                  { "name": "clock", "domains": ["com.example.Clock"], "routers": [
                    { "match": { "headers": [{ "name": "method", "value": "now" }] }, "route": { "cluster_name": "up" } } ] },
                  { "name": "others", "domains": ["*"], "routers": [
                    { "match": { "headers": [{ "name": "service", "value": "com.example.Down" }] },
                      "route": { "cluster_name": "down" } } ] }
                ] }
                """,
                listener: """
                { "stream_filters": [{ "type": "dubbo_stream" }],
                  "access_logs": [{ "log_path": "dubbo.log", "log_format": "%Dubbo_method% %request_header_group% %response_code%" }] }
                """,
                settings: settings,
                protocol: "dubbo")
            .Cluster("up", cluster, [server])
            .Cluster("down", $"127.0.0.1:{FreePort.Find()}");

    /// <summary>Waits until the log has so many such lines: a method, a group, a status.</summary>
    internal Task WaitForLogAsync(string line, int count)
    {
        string file = Path.Combine(_mosn.Directory, "dubbo.log");
        string[] seen = [];
        return Wait.UntilAsync(
            async () =>
            {
                seen = File.Exists(file) ? await File.ReadAllLinesAsync(file) : [];
                return seen.Count(one => one == line) == count;
            },
            () => string.Join('\n', seen));
    }

    /// <summary>Runs a scenario of a library against the mosn.</summary>
    internal Task<JsonElement> CallAsync(string library, params string[] scenario) => CallAsync(_mosn, library, scenario);

    /// <summary>The same against another.</summary>
    internal static async Task<JsonElement> CallAsync(MosnProcess mosn, string library, params string[] scenario)
    {
        JsonElement seen = await PeerProcess.RunNodeAsync("dubboclient.js", [library, $"{mosn.AddressOf("dubbo")}", .. scenario]);
        Assert.False(
            seen.ValueKind == JsonValueKind.Object && seen.TryGetProperty("broken", out JsonElement error), $"{seen}");
        return seen;
    }
}
