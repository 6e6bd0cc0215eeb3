using System.Globalization;

namespace Mosn.EndToEnd;

/// <summary>Servers that die, fall ill and come back, as clients and operators see it.</summary>
public class HealthTests
{
    [Fact]
    public async Task A_killed_host_gets_no_requests_until_it_is_revived()
    {
        using PeerProcess a = await PeerProcess.StartNodeAsync("http.js", "a");
        PeerProcess b = await PeerProcess.StartNodeAsync("http.js", "b");
        using PeerProcess c = await PeerProcess.StartNodeAsync("http.js", "c");
        int admin = FreePort.Find();
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(admin, """
            {
              "health_check": {
                "service_name": "up", "protocol": "Http1", "timeout": "2s", "interval": "100ms",
                "initial_delay_seconds": "10ms",
                "check_config": { "http_check_config": { "path": "/name" } }
              }
            }
            """, a, b, c));
        await WaitForHealthAsync(admin, b.Address, "health=healthy", "last_check=passed");
        Assert.Equal(["a", "b", "c"], (await AskAsync(mosn, 30)).Distinct().Order(StringComparer.Ordinal));

        b.Dispose();
        await WaitForHealthAsync(admin, b.Address, "health=failed_active_check", "last_check=failed");
        string[] answers = await AskAsync(mosn, 30);
        Assert.Equal((15, 15), (answers.Count(static name => name == "a"), answers.Count(static name => name == "c")));

        using PeerProcess again = await PeerProcess.StartNodeAsync(
            "http.js", "again", b.Port.ToString(CultureInfo.InvariantCulture));
        await WaitForHealthAsync(admin, b.Address, "health=healthy", "last_check=passed");
        Assert.Equal(10, (await AskAsync(mosn, 30)).Count(static name => name == "again"));
    }

    [Fact]
    public async Task A_host_that_answers_with_errors_is_ejected_for_a_while()
    {
        using PeerProcess a = await PeerProcess.StartNodeAsync("http.js", "a");
        using PeerProcess ill = await PeerProcess.StartNginxAsync("location / { return 503; }");
        using PeerProcess c = await PeerProcess.StartNodeAsync("http.js", "c");
        int admin = FreePort.Find();
        using MosnProcess mosn = await MosnProcess.StartAsync(Config(admin, """
            { "outlier_detection": { "consecutive_5xx": 3, "base_ejection_time": "3s" } }
            """, a, ill, c));
        Assert.Equal(3, (await AskAsync(mosn, 30)).Count(static answer => answer == "503"));
        await WaitForHealthAsync(admin, ill.Address, "health=failed_outlier_check", "ejected_until=");
        await WaitForHealthAsync(admin, ill.Address, "health=healthy", "requests=0");
        Assert.Equal(3, (await AskAsync(mosn, 30)).Count(static answer => answer == "503"));
    }

    private static string Config(int admin, string cluster, params PeerProcess[] hosts) =>
        new ConfigText()
            .Http("web", """{"match":{"prefix":"/"},"route":{"cluster_name":"up"}}""")
            .Server("processor", "1") // So that round robin is exact.
            .Cluster("up", cluster, [.. hosts.Select(static host => host.Address)])
            .Top("admin", $$"""{"address":{"socket_address":{"address":"127.0.0.1","port_value":{{admin}} } } }""")
            .ToString();

    /// <summary>Who answered, or the status if it was not 200.</summary>
    private static async Task<string[]> AskAsync(MosnProcess mosn, int count)
    {
        string[] answers = new string[count];
        using RawConnection client = await RawConnection.OpenAsync(mosn.PortOf("web"));
        for (int i = 0; i < count; i++)
        {
            await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
            RawResponse response = await client.ReadResponseAsync();
            answers[i] = response.Status == 200
                ? response.Body
                : response.Status.ToString(CultureInfo.InvariantCulture);
        }
        return answers;
    }

    private static async Task WaitForHealthAsync(int admin, string host, params string[] what)
    {
        string table = "";
        await Wait.UntilAsync(
            async () =>
            {
                using RawConnection client = await RawConnection.OpenAsync(admin);
                await client.SendAsync("GET /api/v1/clusters?format=text HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                table = (await client.ReadResponseAsync()).Body;
                string line = table.Split('\n').Single(line => line.Contains($" {host} ", StringComparison.Ordinal));
                return what.All(part => line.Contains(part, StringComparison.Ordinal));
            },
            () => table);
    }
}
