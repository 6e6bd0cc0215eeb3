using System.Globalization;
using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>Where requests go, and what they look like when they get there.</summary>
public class HttpRoutingTests(HttpRoutingTests.World world) : IClassFixture<HttpRoutingTests.World>
{
    private const string Rewrites = """
        {"match":{"path":"/exact"},"route":{"cluster_name":"up","host_rewrite":"rewritten.example"}},
        {"match":{"prefix":"/old/"},"route":{"cluster_name":"up","prefix_rewrite":"/new/"}},
        {"match":{"regex":"^/user/[0-9]+$"},
         "route":{"cluster_name":"up","regex_rewrite":{"pattern":{"regex":"^/user/([0-9]+)$"},"substitution":"/by-id/$1"}}},
        {"match":{"prefix":"/moved"},"redirect":{"response_code":308,"path_redirect":"/here","host_redirect":"new.example"}},
        {"match":{"prefix":"/direct"},"direct_response":{"status":418,"body":"short and stout"}},
        {"match":{"prefix":"/","headers":[{"name":"X-Color","value":"bl.*","regex":true}]},
         "direct_response":{"status":200,"body":"blue"}},
        {"match":{"prefix":"/inspect"},"route":{"cluster_name":"up"}}
        """;

    private const string Headers = """
        {
          "request_headers_to_add": [{"header":{"key":"X-Level","value":"router"},"append":true}],
          "request_headers_to_remove": ["X-Secret"],
          "response_headers_to_add": [{"header":{"key":"X-From-Router","value":"1"}}],
          "response_headers_to_remove": ["X-Served-By"],
          "virtual_hosts": [{
            "name": "all", "domains": ["*"],
            "request_headers_to_add": [{"header":{"key":"X-Level","value":"host"},"append":true}],
            "request_headers_to_remove": ["X-Other-Secret"],
            "response_headers_to_add": [{"header":{"key":"X-From-Host","value":"2"}}],
            "routers": [{
              "match": {"prefix":"/"},
              "route": {
                "cluster_name": "up",
                "request_headers_to_add": [
                  {"header":{"key":"X-Level","value":"route"},"append":true},
                  {"header":{"key":"X-Replaced","value":"by mosn"},"append":false}],
                "response_headers_to_add": [{"header":{"key":"X-From-Route","value":"3"}}]
              }
            }]
          }]
        }
        """;

    [Fact]
    public async Task Rewrites_redirects_and_own_answers()
    {
        JsonElement seen = Json(await GetAsync("rewrites", "/old/x?y=1"));
        Assert.Equal("/new/x?y=1", seen.GetProperty("url").GetString());

        seen = Json(await GetAsync("rewrites", "/user/42"));
        Assert.Equal("/by-id/42", seen.GetProperty("url").GetString());

        seen = Json(await GetAsync("rewrites", "/exact"));
        Assert.Equal("rewritten.example", HeaderOf(seen, "Host"));

        RawResponse moved = await GetAsync("rewrites", "/moved/away?q=1");
        Assert.Equal(308, moved.Status);
        Assert.Equal("http://new.example/here?q=1", moved.Header("Location"), ignoreCase: true);

        RawResponse direct = await GetAsync("rewrites", "/direct");
        Assert.Equal(418, direct.Status);
        Assert.Equal("short and stout", direct.Body);

        Assert.Equal("blue", (await GetAsync("rewrites", "/any", more: "x-color: blueish\r\n")).Body);
        Assert.Equal(404, (await GetAsync("rewrites", "/any", more: "x-color: red\r\n")).Status);
    }

    [Fact]
    public async Task Headers_are_added_and_removed_at_three_levels()
    {
        RawResponse response = await GetAsync(
            "headers", "/inspect", more: "X-Secret: s\r\nX-Other-Secret: s\r\nX-Replaced: by me\r\n");
        JsonElement seen = Json(response);
        string[] levels = [.. HeadersOf(seen, "X-Level").SelectMany(static value => value.Split(','))];
        Assert.Equal(["host", "route", "router"], levels.Select(static level => level.Trim()).Order());
        Assert.Equal("by mosn", HeaderOf(seen, "X-Replaced"));
        Assert.Empty(HeadersOf(seen, "X-Secret"));
        Assert.Empty(HeadersOf(seen, "X-Other-Secret"));
        Assert.Equal("1", response.Header("X-From-Router"));
        Assert.Equal("2", response.Header("X-From-Host"));
        Assert.Equal("3", response.Header("X-From-Route"));
        Assert.Null(response.Header("X-Served-By"));
    }

    [Theory]
    [InlineData("a.example", "a.example")]
    [InlineData("A.EXAMPLE", "a.example")]
    [InlineData("b.example:8080", "b.example:8080")]
    [InlineData("b.example:9090", "b.example:*")]
    [InlineData("c.example", "*.example")]
    [InlineData("c.sub.example", "*.sub.example")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("elsewhere", "*")]
    public async Task The_best_virtual_host_answers(string host, string domain) =>
        Assert.Equal(domain, (await GetAsync("hosts", "/", host)).Body);

    [Fact]
    public async Task Nobody_home_is_a_404_and_a_cluster_without_hosts_no_hang()
    {
        Assert.Equal(404, (await GetAsync("no-default", "/", "b.example")).Status);
        Assert.Equal(404, (await GetAsync("missing", "/")).Status);
    }

    [Fact]
    public async Task Weights_decide_how_many_requests_a_cluster_gets()
    {
        const int Count = 1000;
        int[] counts = [0, 0];
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf("weights"));
        for (int i = 0; i < Count; i++)
        {
            await client.SendAsync("GET /name HTTP/1.1\r\nHost: x\r\n\r\n");
            counts[(await client.ReadResponseAsync()).Body == "one" ? 0 : 1]++;
        }
        // Six standard deviations of a binomial with p = 0.8.
        double deviation = Math.Sqrt(Count * 0.8 * 0.2);
        Assert.InRange(counts[0], (Count * 0.8) - (6 * deviation), (Count * 0.8) + (6 * deviation));
    }

    private async Task<RawResponse> GetAsync(string listener, string path, string host = "x", string more = "")
    {
        using RawConnection client = await RawConnection.OpenAsync(world.Mosn.PortOf(listener));
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n");
        return await client.ReadResponseAsync();
    }

    private static string Hosts(params string[] domains) => "{\"virtual_hosts\":[" + string.Join(',', domains.Select(
        (domain, index) => string.Create(
            CultureInfo.InvariantCulture,
            $$$"""
            {"name":"{{{index}}}","domains":["{{{domain}}}"],"routers":[
              {"match":{"prefix":"/"},"direct_response":{"status":200,"body":"{{{domain}}}"}}]}
            """))) + "]}";

    private static JsonElement Json(RawResponse response) => JsonDocument.Parse(response.Body).RootElement;

    private static string? HeaderOf(JsonElement seen, string name) => HeadersOf(seen, name).SingleOrDefault();

    private static IEnumerable<string> HeadersOf(JsonElement seen, string name)
    {
        string[] items = [.. seen.GetProperty("headers").EnumerateArray().Select(static item => item.GetString()!)];
        return items.Where((_, i) => i % 2 == 1 && items[i - 1].Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>One mosn with a listener for each table of routes, and two upstreams.</summary>
    public sealed class World : IAsyncLifetime
    {
        private PeerProcess _one = null!;
        private PeerProcess _two = null!;

        internal MosnProcess Mosn { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _one = await PeerProcess.StartNodeAsync("http.js", "one");
            _two = await PeerProcess.StartNodeAsync("http.js", "two");
            string[] domains =
                ["a.example", "b.example:8080", "b.example:*", "*.example", "*.sub.example", "[::1]", "*"];
            Mosn = await MosnProcess.StartAsync(new ConfigText()
                .Http("rewrites", Rewrites)
                .Http("headers", Headers)
                .Http("hosts", Hosts(domains))
                .Http("no-default", Hosts("a.example"))
                .Http("weights", """
                    {"match":{"prefix":"/"},"route":{"weighted_clusters":[
                      {"cluster":{"name":"up","weight":80}},{"cluster":{"name":"two","weight":20}}]}}
                    """)
                .Http("missing", """{"match":{"prefix":"/"},"route":{"cluster_name":"nobody"}}""")
                .Cluster("up", _one.Address)
                .Cluster("two", _two.Address)
                .ToString());
        }

        public ValueTask DisposeAsync()
        {
            Mosn.Dispose();
            _one.Dispose();
            _two.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
