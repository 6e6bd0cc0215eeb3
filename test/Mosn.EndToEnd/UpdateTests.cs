using System.Globalization;
using System.Text.RegularExpressions;

namespace Mosn.EndToEnd;

/// <summary>Hosts, routes, clusters and routers that change through the admin API while requests run.</summary>
public partial class UpdateTests
{
    private const string Json = "Content-Type: application/json";

    [Fact]
    public async Task Hosts_routes_and_clusters_change_under_load_and_no_request_fails()
    {
        int[] ports = [FreePort.Find(), FreePort.Find(), FreePort.Find()];
        List<PeerProcess> nodes = [];
        try
        {
            foreach (int port in ports)
            {
                nodes.Add(await PeerProcess.StartNodeAsync("http.js", $"node{port}", $"{port}"));
            }
            int admin = FreePort.Find();
            using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
                .Top("admin", $$"""{"address": { "socket_address": { "address": "127.0.0.1", "port_value": {{admin}} } } }""")
                .Http("web", """{"name":"main","match": {"prefix":"/"},"route": {"cluster_name":"up"} }""")
                .Cluster("up", $"127.0.0.1:{ports[0]}", $"127.0.0.1:{ports[1]}")
                .ToString());
            Task<(int ExitCode, string Output, string Errors)> load = PeerProcess.RunAsync(
                "wrk", "-t1", "-c32", "-d5s", "--timeout", "30s", mosn.UrlOf("web", "/name"));

            int changes = 0;
            while (!load.IsCompleted)
            {
                await ChangeAsync(admin, "POST", "hosts?cluster=up", $$"""[{"address":"127.0.0.1:{{ports[2]}}"}]""");
                await ChangeAsync(admin, "DELETE", $"hosts?cluster=up&address=127.0.0.1:{ports[0]}");
                await ChangeAsync(
                    admin, "PUT", "clusters",
                    $$"""
                    {"name":"new{{changes % 2}}","lb_type":"LB_RANDOM","hosts":[{"address":"127.0.0.1:{{ports[1]}}"}]}
                    """);
                await ChangeAsync(
                    admin, "PUT", "routes?router=web&route=main",
                    $$"""{"name":"main","match":{"prefix":"/"},"route":{"cluster_name":"new{{changes % 2}}"} }""");
                await ChangeAsync(
                    admin, "PUT", "hosts?cluster=up",
                    $$"""[{"address":"127.0.0.1:{{ports[0]}}"},{"address":"127.0.0.1:{{ports[1]}}"}]""");
                await ChangeAsync(
                    admin, "PUT", "routes?router=web&index=0",
                    """{"name":"main","match":{"prefix":"/"},"route":{"cluster_name":"up"} }""");
                await ChangeAsync(admin, "DELETE", $"clusters?cluster=new{changes % 2}");
                changes++;
            }

            (int code, string output, string errors) = await load;
            Assert.True(code == 0, errors);
            Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
            Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
            Assert.True(int.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) > 100, output);
            Assert.True(changes > 3, $"{changes} rounds of changes");
        }
        finally
        {
            nodes.ForEach(static node => node.Dispose());
        }
    }

    private static async Task ChangeAsync(int admin, string method, string target, string body = "")
    {
        string[] data = body.Length > 0 ? ["-H", Json, "-d", body] : [];
        (_, string output, string errors) = await PeerProcess.RunAsync(
            "curl", ["-sS", "-X", method, .. data, "-w", "%{http_code}", $"http://127.0.0.1:{admin}/api/v1/{target}"]);
        Assert.True(output.EndsWith("200", StringComparison.Ordinal), $"{method} {target}: {output}{errors}");
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();
}
