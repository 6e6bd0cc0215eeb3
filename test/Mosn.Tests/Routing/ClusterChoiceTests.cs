using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Routing;

public class ClusterChoiceTests
{
    private readonly UpstreamWorld _upstream = new();

    [Fact]
    public void A_variable_names_the_cluster()
    {
        Cluster blue = _upstream.Add(UpstreamWorld.Config("blue", "10.0.0.1:80"));
        Route route = Compile(new RouteActionConfig { ClusterVariable = "request_header_x-to" });
        Assert.Same(blue, Pick(route, "x-to: blue").Cluster.Current);
        Assert.Null(Pick(route, "x-to: green").Cluster.Current);
        Assert.Equal("green", Pick(route, "x-to: green").Cluster.Name);
        Assert.Null(Pick(route, "").Cluster.Current);
        Assert.Null(Pick(route, $"x-to: {new string('b', 300)}").Cluster.Current);

        Cluster green = _upstream.Add(UpstreamWorld.Config("green", "10.0.0.2:80"));
        Assert.Same(green, Pick(route, "x-to: green").Cluster.Current);
    }

    [Fact]
    public void A_cluster_that_went_and_came_again_is_found_again()
    {
        _upstream.Add(UpstreamWorld.Config("blue", "10.0.0.1:80"));
        Route route = Compile(new RouteActionConfig { ClusterHeader = "X-To" });
        Assert.NotNull(Pick(route, "x-to: blue").Cluster.Current);
        Assert.True(_upstream.Directory.Remove("blue"));
        Assert.Null(Pick(route, "x-to: blue").Cluster.Current);
        Cluster again = _upstream.Add(UpstreamWorld.Config("blue", "10.0.0.1:80"));
        Assert.Same(again, Pick(route, "x-to: blue").Cluster.Current);
    }

    [Fact]
    public void A_fixed_name_wins_over_a_variable_and_a_variable_over_a_header()
    {
        Assert.Equal("fixed", Pick(
            Compile(new RouteActionConfig { ClusterName = "fixed", ClusterVariable = "request_header_x-to" }), "x-to: blue")
            .Cluster.Name);
        Assert.Equal("GET", Pick(
            Compile(new RouteActionConfig { ClusterVariable = "x-mosn-method", ClusterHeader = "x-to" }), "x-to: blue")
            .Cluster.Name);
    }

    [Fact]
    public void An_unknown_variable_is_refused() => Assert.Equal(
        ["virtual host 'v', route 1: cluster_variable: there is no variable 'no_such'"],
        RoutingWorld.Problems(RoutingWorld.Routes(
            new RouteConfig { Action = new RouteActionConfig { ClusterVariable = "no_such" } })));

    [Fact]
    public void Labels_come_from_the_route_or_from_the_weighted_cluster()
    {
        Dictionary<string, string> ofRoute = new() { ["zone"] = "z", ["app"] = "a" };
        Dictionary<string, string> ofEntry = new() { ["version"] = "2" };
        Assert.Equal("app=a,zone=z", Labels(Compile(new RouteActionConfig { ClusterName = "c", MetadataMatch = ofRoute })));
        Assert.Equal("app=a,zone=z", Labels(Compile(new RouteActionConfig { ClusterHeader = "host", MetadataMatch = ofRoute })));
        Assert.Equal("version=2", Labels(Compile(new RouteActionConfig
        {
            MetadataMatch = ofRoute,
            WeightedClusters = [new WeightedClusterConfig { Name = "w", Weight = 1, MetadataMatch = ofEntry }],
        })));
        Assert.Null(Pick(Compile(new RouteActionConfig { ClusterName = "c" }), "").Criteria);
    }

    [Fact]
    public void A_known_name_costs_no_allocation()
    {
        _upstream.Add(UpstreamWorld.Config("blue", "10.0.0.1:80"));
        Route byVariable = Compile(new RouteActionConfig { ClusterVariable = "request_header_x-to" });
        Route byHeader = Compile(new RouteActionConfig { ClusterHeader = "x-to" });
        StreamContext stream = RoutingWorld.Get("/", headers: "x-to: blue");
        PickAll(50);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(PickAll));

        void PickAll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                byVariable.PickCluster(stream);
                byHeader.PickCluster(stream);
            }
        }
    }

    private static RouteCluster Pick(Route route, string headers) => route.PickCluster(RoutingWorld.Get("/", headers: headers));

    private static string Labels(Route route)
    {
        List<string> labels = [];
        foreach ((string key, string value) in Pick(route, "").Criteria!.Pairs)
        {
            labels.Add($"{key}={value}");
        }
        return string.Join(',', labels);
    }

    private Route Compile(RouteActionConfig action) => RoutingWorld.Compile(
        RoutingWorld.Routes(new RouteConfig { Action = action }), _upstream.Directory).Match(RoutingWorld.Get("/"))!;
}
