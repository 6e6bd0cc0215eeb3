using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>Real clients of all protocols, at once, on one port that finds out what each speaks.</summary>
public sealed class OnePortTests
{
    [Fact]
    public async Task Clients_of_all_protocols_are_served_on_one_port_at_once()
    {
        using PeerProcess sofa = await PeerProcess.StartNodeAsync("sofaserver.js");
        using PeerProcess dubbo = await PeerProcess.StartNodeAsync("dubboserver.js");
        using PeerProcess tars = await PeerProcess.StartNodeAsync("tarsserver.js");
        using PeerProcess triple = await PeerProcess.StartNodeAsync("tripleserver.js", "triple");
        using PeerProcess web = await PeerProcess.StartNodeAsync("http.js");
        using MosnProcess mosn = await MosnProcess.StartAsync(new ConfigText()
            .Http(
                "all",
                $"""
                {Service("com.example.Calculator:1.0", "sofa")},
                {Service("com.example.Calculator", "dubbo")},
                {Service("Demo.CalculatorServer.CalculatorObj", "tars")},
                {"""{ "match": { "prefix": "/com.example." }, "route": { "cluster_name": "triple", "upstream_protocol": "Http2" } }"""},
                {"""{ "match": { "prefix": "/" }, "route": { "cluster_name": "web", "upstream_protocol": "Http1" } }"""}
                """,
                protocol: "Auto")
            .Cluster("sofa", sofa.Address).Cluster("dubbo", dubbo.Address).Cluster("tars", tars.Address)
            .Cluster("triple", triple.Address).Cluster("web", web.Address)
            .ToString());
        string address = $"{mosn.AddressOf("all")}";

        Task<JsonElement>[] calls =
        [
            PeerProcess.RunNodeAsync("sofaclient.js", address, "calls", "2000"),
            PeerProcess.RunNodeAsync("dubboclient.js", "dubbo2.js", address, "calls", "2000"),
            PeerProcess.RunNodeAsync("tarsclient.js", address, "tars", "2000"),
            PeerProcess.RunNodeAsync("tripleclient.js", "triple", $"http://{address}", "calls", "2000"),
            PeerProcess.RunNodeAsync("tripleclient.js", "grpc-js", $"http://{address}", "calls", "2000"),
        ];
        foreach (string version in (string[])["--http1.1", "--http2-prior-knowledge", "--http1.1", "--http2-prior-knowledge"])
        {
            (int code, string output, string errors) = await PeerProcess.RunAsync(
                "curl", "-sS", version, "-o", "/dev/null", "-w", "%{http_code}", mosn.UrlOf("all", "/hello"));
            Assert.True(code == 0, errors);
            Assert.Equal("200", output);
        }
        foreach (JsonElement seen in await Task.WhenAll(calls))
        {
            Assert.Equal(2000, seen.GetProperty("right").GetInt32());
        }
    }

    private static string Service(string service, string cluster) => $$"""
        { "match": { "headers": [{ "name": "service", "value": "{{service}}" }] }, "route": { "cluster_name": "{{cluster}}" } }
        """;
}
