using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Micro;

/// <summary>What finding the route of a request costs, and how it grows with virtual hosts and routes.</summary>
internal sealed class RoutingBench(Stopwatches watches)
{
    /// <summary>Nanoseconds that a match by path or prefix may take among 1,000 virtual hosts of 100 routes.</summary>
    private const double TargetNs = 1000;

    private static readonly (int Hosts, int Routes)[] Sizes = [(1, 1), (1, 10), (1, 100), (100, 100), (1000, 1), (1000, 100)];

    private readonly JsonArray _results = [];

    /// <summary>The page for people; <paramref name="json"/> gets the same for programs.</summary>
    public string Run(out JsonArray json)
    {
        StringBuilder page = new();
        page.Append("| virtual hosts × routes | path ns | prefix ns | wildcard host, path ns | header ns | no route ns | B |\n");
        page.Append("| --- | --- | --- | --- | --- | --- | --- |\n");
        double largest = 0;
        foreach ((int hosts, int routes) in Sizes)
        {
            RoutingWorld world = new(hosts, routes);
            Timing exact = Match(world, "path", RoutingWorld.ExactHost, static route => RoutingWorld.ExactPath(route / 3 * 3));
            Timing prefix = Match(
                world, "prefix", RoutingWorld.ExactHost, static route => RoutingWorld.PrefixPath((route / 3 * 3) + 1));
            Timing wildcard = Match(
                world, "wildcard", RoutingWorld.WildcardHost, static route => RoutingWorld.ExactPath(route / 3 * 3));
            Timing header = Match(world, "header", RoutingWorld.ExactHost, static _ => "/com.example.Service", "service");
            Timing none = Match(world, "none", RoutingWorld.ExactHost, static route => $"/nothing/{route}");
            double bytes = exact.Bytes + prefix.Bytes + wildcard.Bytes + header.Bytes + none.Bytes;
            page.Append(CultureInfo.InvariantCulture, $"| {hosts} × {routes} | {Show(exact)} | {Show(prefix)} | {Show(wildcard)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {Show(header)} | {Show(none)} | {bytes:0.##} |\n");
            largest = Math.Max(exact.MedianNs, prefix.MedianNs);
            if ((hosts, routes) == (1000, 100))
            {
                AppendChanges(page, world);
            }
        }
        string verdict = largest <= TargetNs ? "pass" : "missed";
        page.Insert(0, string.Create(
            CultureInfo.InvariantCulture,
            $"Target: path and prefix among 1000 × 100 within {TargetNs:0} ns; measured {largest:0} ns: {verdict}.\n\n"));
        json = _results;
        return page.ToString();
    }

    private static string Show(Timing timing) => string.Create(
        CultureInfo.InvariantCulture, $"{timing.MedianNs:0} ({timing.LeastNs:0}–{timing.MostNs:0})");

    private Timing Match(
        RoutingWorld world, string name, Func<int, string> host, Func<int, string> path, string header = "")
    {
        RouteTable table = world.Table;
        StreamContext[] requests = world.Requests(host, path, header);
        Timing timing = watches.PerOperation(requests.Length, () =>
        {
            foreach (StreamContext request in requests)
            {
                table.Match(request);
            }
        });
        _results.Add((JsonNode?)new JsonObject
        {
            ["case"] = name, ["hosts"] = world.HostCount, ["routes"] = world.RouteCount,
            ["median_ns"] = timing.MedianNs, ["least_ns"] = timing.LeastNs, ["most_ns"] = timing.MostNs,
            ["bytes"] = timing.Bytes,
        });
        return timing;
    }

    private void AppendChanges(StringBuilder page, RoutingWorld world)
    {
        double whole = watches.Once(() => world.Directory.AddOrUpdate(world.Config));
        RouteConfig route = RoutingWorld.Forward(new RouteMatchConfig { Path = "/added" });
        double one = watches.Once(() => world.Directory.AddRoute("r", RoutingWorld.ExactHost(500), route));
        _results.Add((JsonNode?)new JsonObject { ["case"] = "changes", ["whole_ms"] = whole, ["one_route_ms"] = one });
        page.Append(CultureInfo.InvariantCulture, $"\nChanges to 1000 × 100: all of it anew in {whole:0} ms, ");
        page.Append(CultureInfo.InvariantCulture, $"one route added in {one:0.000} ms.\n");
    }
}
