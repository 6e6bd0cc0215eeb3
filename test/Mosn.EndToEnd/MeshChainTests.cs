using System.Text.Json;

namespace Mosn.EndToEnd;

/// <summary>
/// A client, the proxy beside it, the proxy beside the server, the server: Bolt and Dubbo through the same two proxies, which
/// find out what is spoken, and route by the name of the service.
/// </summary>
public sealed class MeshChainTests : IAsyncLifetime
{
    private static readonly string[] s_services =
        ["com.example.Calculator:1.0", "com.example.Calculator", "com.example.Clock"];

    private readonly int _middle = FreePort.Find();
    private PeerProcess _sofa = null!;
    private PeerProcess _dubbo = null!;
    private MosnProcess _egress = null!;
    private MosnProcess? _ingress;

    public async ValueTask InitializeAsync()
    {
        _sofa = await PeerProcess.StartNodeAsync("sofaserver.js");
        _dubbo = await PeerProcess.StartNodeAsync("dubboserver.js");
        _ingress = await StartIngressAsync();
        _egress = await MosnProcess.StartAsync(
            Config("egress", 0, [.. s_services.Select(static service => (service, "ingress"))])
                .Cluster("ingress", $"127.0.0.1:{_middle}").ToString());
    }

    public ValueTask DisposeAsync()
    {
        _egress.Dispose();
        _ingress?.Dispose();
        _sofa.Dispose();
        _dubbo.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Calls_of_both_protocols_each_get_their_own_answer()
    {
        Task<JsonElement> bolt = BoltAsync("calls", "5000");
        Task<JsonElement> dubbo = DubboAsync("calls", "5000");
        Assert.Equal(5000, (await bolt).GetProperty("right").GetInt32());
        Assert.Equal(5000, (await dubbo).GetProperty("right").GetInt32());
    }

    [Fact]
    public async Task What_the_second_proxy_answers_reaches_the_client()
    {
        // The first proxy has a route for it, the second has none.
        JsonElement seen = await DubboAsync("call", "com.example.Clock", "now");
        Assert.Contains("404|router unavailable", $"{seen.GetProperty("error")}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_proxy_in_the_middle_may_end_and_come_back_without_an_error_that_lasts()
    {
        Task<JsonElement> bolt = BoltAsync("load", "5000");
        Task<JsonElement> dubbo = DubboAsync("load", "5000");
        await Task.Delay(TimeSpan.FromSeconds(1));
        _ingress!.Dispose(); // As by kill -9.
        _ingress = null;
        JsonElement broken = await DubboAsync("call", "com.example.Calculator", "counts");
        Assert.Contains("502|no health upstream", $"{broken.GetProperty("error")}", StringComparison.Ordinal);
        _ingress = await StartIngressAsync();
        foreach (JsonElement seen in (JsonElement[])[await bolt, await dubbo])
        {
            Assert.InRange(seen.GetProperty("right").GetInt32(), 1, seen.GetProperty("total").GetInt32());
        }
        Assert.Equal(100, (await BoltAsync("calls", "100")).GetProperty("right").GetInt32());
        Assert.Equal(100, (await DubboAsync("calls", "100")).GetProperty("right").GetInt32());
    }

    private Task<MosnProcess> StartIngressAsync() => MosnProcess.StartAsync(
        Config("ingress", _middle, [("com.example.Calculator:1.0", "sofa"), ("com.example.Calculator", "dubbo")])
            .Cluster("sofa", _sofa.Address).Cluster("dubbo", _dubbo.Address).ToString());

    /// <param name="services">And their clusters.</param>
    private static ConfigText Config(string name, int port, (string Service, string Cluster)[] services) => new ConfigText().Http(
        name,
        string.Join(',', services.Select(static one => $$"""
            {
              "match": { "headers": [{ "name": "service", "value": "{{one.Service}}" }] },
              "route": { "cluster_name": "{{one.Cluster}}" }
            }
            """)),
        listener: $$"""{ "address": "127.0.0.1:{{port}}" }""",
        protocol: "bolt,dubbo");

    private Task<JsonElement> BoltAsync(params string[] scenario) =>
        PeerProcess.RunNodeAsync("sofaclient.js", [$"{_egress.AddressOf("egress")}", .. scenario]);

    private Task<JsonElement> DubboAsync(params string[] scenario) =>
        PeerProcess.RunNodeAsync("dubboclient.js", ["dubbo2.js", $"{_egress.AddressOf("egress")}", .. scenario]);
}
