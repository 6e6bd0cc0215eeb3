using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>What tests with real peers of RPC protocols have in common.</summary>
internal static class RpcCalls
{
    private const int Kill = 9;

    /// <summary>A listener of one protocol and of nothing else; calls are routed by service.</summary>
    /// <param name="service">What goes to the host at <paramref name="address"/>.</param>
    /// <param name="down">What goes to a host that is not there.</param>
    /// <param name="route">More keys of the first route's action, as JSON.</param>
    public static ConfigText Config(
        string protocol, string service, string address, string down, string route = "", string listener = "{}") =>
        new ConfigText()
            .Http(
                "rpc",
                $$"""
                {
                  "match": { "headers": [{ "name": "service", "value": "{{service}}" }] },
                  "route": { "cluster_name": "up"{{route}} }
                },
                {
                  "match": { "headers": [{ "name": "service", "value": "{{down}}" }] },
                  "route": { "cluster_name": "down" }
                }
                """,
                listener,
                protocol: protocol)
            .Cluster("up", """{ "keepalive": { "interval": "200ms" } }""", [address])
            .Cluster("down", $"127.0.0.1:{FreePort.Find()}");

    /// <summary>Has a client script do one of the things that it can do.</summary>
    public static async Task<JsonElement> RunAsync(
        string script, MosnProcess mosn, string scenario, int count = 0, string listener = "rpc")
    {
        JsonElement seen = await PeerProcess.RunNodeAsync(script, $"{mosn.AddressOf(listener)}", scenario, $"{count}");
        Assert.False(
            seen.ValueKind == JsonValueKind.Object && seen.TryGetProperty("error", out JsonElement error), $"{seen}");
        return seen;
    }

    /// <summary>A server dies under load and comes back on its port; some calls fail, and then none does.</summary>
    public static async Task KillAndReviveAsync(
        string serverScript, string clientScript, string load, string calls, Func<string, ConfigText> config)
    {
        PeerProcess server = await PeerProcess.StartNodeAsync(serverScript);
        try
        {
            int port = server.Port;
            using MosnProcess mosn = await MosnProcess.StartAsync(config(server.Address).ToString());
            Task<JsonElement> running = RunAsync(clientScript, mosn, load, 4000);
            await Task.Delay(TimeSpan.FromSeconds(1));
            server.Signal(Kill);
            server.Dispose();
            server = await PeerProcess.StartNodeAsync(serverScript, $"{port}");
            JsonElement seen = await running;
            Assert.InRange(seen.GetProperty("right").GetInt32(), 1, seen.GetProperty("total").GetInt32());
            Assert.Equal(100, (await RunAsync(clientScript, mosn, calls, 100)).GetProperty("right").GetInt32());
        }
        finally
        {
            server.Dispose();
        }
    }

    /// <summary>The value of a counter in the metrics of a process; 0 while it is not there.</summary>
    public static async Task<long> CountAsync(int adminPort, string series)
    {
        (int code, string text, string errors) =
            await PeerProcess.RunAsync("curl", "-sS", $"http://127.0.0.1:{adminPort}/metrics");
        Assert.True(code == 0, errors);
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith($"{series} ", StringComparison.Ordinal));
        return line is null ? 0 : (long)double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The value of <see cref="ConfigText.Top"/>'s <c>admin</c>.</summary>
    public static string Admin(int port) =>
        $$"""{ "address": { "socket_address": { "address": "127.0.0.1", "port_value": {{port}} } } }""";
}
