using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Streams;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Routing;

/// <summary>Compiles routes and asks them.</summary>
internal static class RoutingWorld
{
    public static RouteCompiler Compiler(
        Func<FilterConfig, object?>? filterSettings = null, ClusterDirectory? clusters = null) => new(new RouteServices
    {
        Clusters = clusters ?? new UpstreamWorld().Directory,
        UpstreamProtocol = UpstreamWorld.FakeProtocols().Named,
        LoopCount = 2,
        Zone = TimeZoneInfo.Utc,
        Seed = 1,
        FilterSettings = filterSettings ?? (static _ => null),
    });

    /// <summary>One virtual host for each list of domains; its only route names the cluster of the list's index.</summary>
    public static RouterConfig Domains(params string[][] domains) => new()
    {
        Name = "r",
        VirtualHosts =
        [
            .. domains.Select((list, i) => new VirtualHostConfig
            {
                Name = $"v{i}",
                Domains = list,
                Routes = [Forward($"{i}", new RouteMatchConfig { Prefix = "/" })],
            }),
        ],
    };

    public static RouterConfig Routes(params RouteConfig[] routes) => new()
    {
        Name = "r",
        VirtualHosts = [new VirtualHostConfig { Name = "v", Domains = ["*"], Routes = routes }],
    };

    public static RouteConfig Forward(string cluster, RouteMatchConfig match) =>
        new() { Match = match, Action = new RouteActionConfig { ClusterName = cluster } };

    public static RouteTable Compile(RouterConfig config, ClusterDirectory? clusters = null)
    {
        List<string> problems = [];
        RouteTable? table = Compiler(clusters: clusters).Compile(config, problems);
        Assert.Empty(problems);
        return table!;
    }

    public static IReadOnlyList<string> Problems(RouterConfig config)
    {
        List<string> problems = [];
        Assert.Equal(Compiler().Compile(config, problems) is null, problems.Count > 0);
        return problems;
    }

    public static StreamContext Get(string path, string host = "h.test", string headers = "") =>
        FakeServerStream.Open($"GET {path} HTTP/1.1\nHost: {host}\n{headers}");

    /// <summary>Bytes that a thousand times of something allocate once it is warm.</summary>
    public static long BytesAllocatedBy(Action<int> times) => Allocations.Of(() => times(1000));

    /// <summary>The name of the cluster that the request gets; null: no route.</summary>
    public static string? ClusterOf(RouteTable table, StreamContext stream) =>
        table.Match(stream)?.PickCluster(stream).Cluster.Name;
}
