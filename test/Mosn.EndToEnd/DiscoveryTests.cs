using System.Globalization;

namespace Mosn.EndToEnd;

/// <summary>Hosts that are found: by real name servers, and by real rules of netfilter.</summary>
public class DiscoveryTests
{
    private const string ToUp = """{"match":{"prefix":"/"},"route":{"cluster_name":"up"}}""";

    [Theory]
    [InlineData("STRICT_DNS")]
    [InlineData("LOGICAL_DNS")]
    public async Task A_name_is_resolved_before_the_listeners_open(string type)
    {
        using PeerProcess upstream = await PeerProcess.StartNodeAsync("where.js", "127.0.0.1", "0");
        using PeerProcess names = await PeerProcess.StartNodeAsync("dns.js", """{"up.a.test": ["127.0.0.1"]}""");
        string config = new ConfigText().Http("web", ToUp)
            .Cluster("up", Settings(type, names.Port), [$"up:{upstream.Port}"]).ToString();
        using MosnProcess mosn = await MosnProcess.StartAsync(config);
        Assert.Equal($"127.0.0.1 {upstream.Port}", await GetAsync(mosn.UrlOf("web")));
    }

    [Fact]
    public async Task A_service_brings_its_port()
    {
        using PeerProcess upstream = await PeerProcess.StartNodeAsync("where.js", "127.0.0.1", "0");
        using PeerProcess names = await PeerProcess.StartNodeAsync(
            "dns.js", $$"""{"_http._tcp.shop.a.test": [["up.a.test", {{upstream.Port}}, 5]], "up.a.test": ["127.0.0.1"]}""");
        string config = new ConfigText().Http("web", ToUp)
            .Cluster("up", Settings("STRICT_DNS", names.Port), ["_http._tcp.shop"]).ToString();
        using MosnProcess mosn = await MosnProcess.StartAsync(config);
        Assert.Equal($"127.0.0.1 {upstream.Port}", await GetAsync(mosn.UrlOf("web")));
    }

    [Theory]
    [InlineData("redirect", "10.9.9.9", "0.0.0.0")]
    [InlineData("redirect", "10.9.9.9", "[::]")]
    [InlineData("redirect", "fd00::9", "[::]")]
    [InlineData("tproxy", "10.9.9.9", "0.0.0.0")]
    [InlineData("tproxy", "10.9.9.9", "[::]")]
    public async Task A_redirected_connection_arrives_where_it_was_meant_to_go(string mode, string ip, string listen)
    {
        bool isIPv6 = ip.Contains(':', StringComparison.Ordinal);
        string tables = isIPv6 ? "ip6tables" : "iptables";
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for a network namespace");
        Assert.SkipUnless(File.Exists($"/usr/sbin/{tables}"), $"needs {tables}");

        // The mark is that of the proxy's own connections, which must go their way.
        string rule = $"-p tcp -d {ip} --dport 80 -m mark ! --mark 7";
        string[] setup =
        [
            "ip link set lo up",
            $"ip addr add {ip}/{(isIPv6 ? "128 dev lo nodad" : "32 dev lo")}",
            .. mode == "redirect"
                ? (string[])[$"{tables} -t nat -A OUTPUT {rule} -j REDIRECT --to-ports 15001"]
                :
                [
                    $"{tables} -t mangle -A OUTPUT {rule} -j MARK --set-mark 1",
                    $"{tables} -t mangle -A PREROUTING -p tcp -m mark --mark 1 -j TPROXY --on-port 15001 --on-ip 127.0.0.1",
                    "ip rule add fwmark 1 lookup 100",
                    "ip route add local default dev lo table 100",
                ],
        ];
        string shell = $"exec unshare -n sh -c '{string.Join(" && ", setup)} && exec \"$@\"' sh \"$@\"";
        string config = new ConfigText()
            .Http("web", ToUp, listener: $$"""{"address": "{{listen}}:15001", "use_original_dst": "{{mode}}"}""")
            .Cluster("up", """{"type": "ORIGINAL_DST", "mark": 7}""", []).ToString();
        using MosnProcess mosn = await MosnProcess.StartAsync(config, shell);
        string[] inside = ["-t", mosn.Pid.ToString(CultureInfo.InvariantCulture), "-n"];
        using PeerProcess upstream = await PeerProcess.StartNodeAtAsync(inside, "where.js", ip, "80");

        Assert.Equal($"{ip} 80", await GetAsync($"http://{(isIPv6 ? $"[{ip}]" : ip)}/", inside));

        // Who comes by himself has meant to go nowhere else, and must not be sent round in a circle.
        string direct = $"http://{(isIPv6 ? "[::1]" : "127.0.0.1")}:15001/";
        (_, string status, _) = await PeerProcess.RunAsync(
            "nsenter", [.. inside, "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", direct]);
        Assert.Equal("502", status);
    }

    private static string Settings(string type, int port) => $$"""
        {
          "type": "{{type}}",
          "dns_resolvers": { "servers": ["127.0.0.1"], "port": "{{port}}", "search": ["b.test", "a.test"], "ndots": 4 }
        }
        """;

    private static async Task<string> GetAsync(string url, string[]? inside = null)
    {
        string[] curl = ["curl", "-sS", "--max-time", "20", url];
        (int code, string output, string errors) = inside is null
            ? await PeerProcess.RunAsync(curl[0], curl[1..])
            : await PeerProcess.RunAsync("nsenter", [.. inside, .. curl]);
        Assert.True(code == 0, errors);
        return output;
    }
}
