using System.Globalization;
using System.Text.RegularExpressions;

namespace Mosn.EndToEnd;

/// <summary>Hosts that die and come back under load, with everything on that is there for it.</summary>
public partial class FailingHostTests
{
    private const int Kill = 9;

    [Fact]
    public async Task One_of_three_hosts_is_killed_and_revived_under_load_and_no_client_notices()
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
                .Http("web", """
                    {
                      "match": {"prefix":"/"},
                      "route": {"cluster_name":"up","retry_policy":{"retry_on":true,"num_retries":3}}
                    }
                    """)
                .Cluster(
                    "up",
                    """
                    {
                      "circuit_breakers": [{"retry_budget_percent": 100}],
                      "outlier_detection": {
                        "consecutive_5xx": 3, "interval": "200ms", "base_ejection_time": "500ms", "max_ejection_percent": 50
                      }
                    }
                    """,
                    [.. ports.Select(static port => $"127.0.0.1:{port}")])
                .ToString());
            string url = mosn.UrlOf("web", "/name");
            Task<(int ExitCode, string Output, string Errors)> load =
                PeerProcess.RunAsync("wrk", "-t1", "-c32", "-d6s", "--timeout", "30s", url);

            await HealthBecomesAsync(admin, ports[1], "healthy");
            nodes[1].Signal(Kill);
            await HealthBecomesAsync(admin, ports[1], "failed_outlier_check");
            nodes[1].Dispose();
            nodes[1] = await PeerProcess.StartNodeAsync("http.js", $"node{ports[1]}", $"{ports[1]}");
            await HealthBecomesAsync(admin, ports[1], "healthy");

            (int code, string output, string errors) = await load;
            Assert.True(code == 0, errors);
            Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
            Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);
            Assert.True(int.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture) > 100, output);

            // It gets its share again.
            using RawConnection client = await RawConnection.OpenAsync(mosn.AddressOf("web"));
            HashSet<string> names = [];
            for (int i = 0; i < 12; i++)
            {
                await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
                names.Add((await client.ReadResponseAsync()).Body);
            }
            Assert.Equal(3, names.Count);
        }
        finally
        {
            nodes.ForEach(static node => node.Dispose());
        }
    }

    private static Task HealthBecomesAsync(int admin, int port, string health) => Wait.UntilAsync(
        async () =>
        {
            (_, string output, _) = await PeerProcess.RunAsync(
                "curl", "-s", $"http://127.0.0.1:{admin}/api/v1/clusters?cluster=up&format=text");
            return output.Split('\n').Any(line =>
                line.Contains($":{port} ", StringComparison.Ordinal)
                && line.Contains($"health={health}", StringComparison.Ordinal));
        },
        () => $"the host on port {port} did not become {health}");

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();
}
