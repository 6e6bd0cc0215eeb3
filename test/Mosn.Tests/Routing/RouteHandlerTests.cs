using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Routing;

public class RouteHandlerTests
{
    private readonly UpstreamWorld _upstream = new();

    [Fact]
    public void The_default_takes_the_first_route_that_fits()
    {
        _upstream.Add(UpstreamWorld.Config("b", "10.0.0.1:80"));
        Assert.Equal("a", Chosen(new FirstRouteHandler()));
    }

    [Fact]
    public void The_checking_one_passes_over_routes_that_lead_nowhere()
    {
        Assert.Equal("a", Chosen(new UsableRouteHandler())); // Nothing does: the first one's error is the client's.
        _upstream.Add(UpstreamWorld.Config("a"));
        _upstream.Add(UpstreamWorld.Config("b", "10.0.0.1:80"));
        Assert.Equal("b", Chosen(new UsableRouteHandler()));
        _upstream.Add(UpstreamWorld.Config("a", "10.0.0.2:80"));
        Assert.Equal("a", Chosen(new UsableRouteHandler()));
    }

    [Fact]
    public void A_route_that_answers_itself_leads_somewhere()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
            RoutingWorld.Forward("a", new RouteMatchConfig()),
            new RouteConfig { Name = "own", DirectResponse = new DirectResponseConfig { Status = 200 } }));
        Assert.Equal("own", new UsableRouteHandler().Match(table, RoutingWorld.Get("/"))!.Name);
    }

    [Fact]
    public void Weighted_clusters_lead_somewhere_if_one_of_them_does()
    {
        _upstream.Add(UpstreamWorld.Config("w2", "10.0.0.1:80"));
        RouteTable table = RoutingWorld.Compile(
            RoutingWorld.Routes(
                new RouteConfig
                {
                    Name = "weighted",
                    Action = new RouteActionConfig
                    {
                        WeightedClusters =
                        [
                            new WeightedClusterConfig { Name = "w1", Weight = 1 },
                            new WeightedClusterConfig { Name = "w2", Weight = 1 },
                        ],
                    },
                },
                RoutingWorld.Forward("rest", new RouteMatchConfig())),
            _upstream.Directory);
        Assert.Equal("weighted", new UsableRouteHandler().Match(table, RoutingWorld.Get("/"))!.Name);
    }

    [Fact]
    public void A_name_that_does_not_exist_is_refused_when_the_listener_is_built()
    {
        Extensions extensions = Extensions.BuiltIn();
        Assert.IsType<FirstRouteHandler>(extensions.RouteHandlers.Find(""));
        Assert.IsType<UsableRouteHandler>(extensions.RouteHandlers.Find("check-handler"));
        InvalidDataException refused = Assert.Throws<InvalidDataException>(
            () => new ProxyWorld(ProxyWorld.Http(proxy: """, "router_handler_name": "chek-handler" """)));
        Assert.Contains("unknown route handler", refused.Message);
    }

    private string? Chosen(IRouteHandler handler)
    {
        RouteTable table = RoutingWorld.Compile(
            RoutingWorld.Routes(
                RoutingWorld.Forward("a", new RouteMatchConfig { Prefix = "/" }),
                RoutingWorld.Forward("never", new RouteMatchConfig { Path = "/never" }),
                RoutingWorld.Forward("b", new RouteMatchConfig { Prefix = "/" })),
            _upstream.Directory);
        Mosn.Proxy.Streams.StreamContext stream = RoutingWorld.Get("/x");
        return handler.Match(table, stream)?.PickCluster(stream).Cluster.Name;
    }
}
