using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;

namespace Mosn.Tests.Routing;

public class RouterDirectoryTests
{
    private readonly RouterDirectory _directory = new(RoutingWorld.Compiler());

    [Fact]
    public void A_configuration_that_was_never_sound_is_shown_and_takes_no_request()
    {
        RouterConfig bad = RoutingWorld.Domains(["*"], ["*"]);
        Assert.NotEmpty(_directory.AddOrUpdate(bad));
        Assert.Same(bad, Assert.Single(_directory.Configs()));
        Assert.Null(_directory.Get("r").Current);
        Assert.NotEmpty(_directory.AddRoute("r", "", RoutingWorld.Forward("x", new RouteMatchConfig())));
    }

    [Fact]
    public void A_refused_update_changes_nothing()
    {
        RouterConfig good = RoutingWorld.Domains(["a.test"]);
        Assert.Empty(_directory.AddOrUpdate(good));
        RouteTable? before = _directory.Get("r").Current;
        Assert.NotEmpty(_directory.AddOrUpdate(RoutingWorld.Domains(["a.test"], ["a.test"])));
        Assert.Same(before, _directory.Get("r").Current);
        Assert.Same(good, Assert.Single(_directory.Configs()));
    }

    [Fact]
    public void A_route_is_added_behind_the_others_of_its_virtual_host()
    {
        _directory.AddOrUpdate(Two());
        RouteTable before = _directory.Get("r").Current!;
        Assert.Empty(_directory.AddRoute("r", "A.test", Named("new", "/n")));

        RouteTable after = _directory.Get("r").Current!;
        Assert.Equal("new", NameOf(after, "/n", "a.test"));
        Assert.Equal("first", NameOf(after, "/f", "a.test"));
        Assert.Null(NameOf(before, "/n", "a.test"));          // A request that runs keeps what it began with.
        Assert.Equal("rest", NameOf(after, "/n", "other.test"));
        Assert.Equal(["first", "second", "new"], Names(0));
        Assert.Equal(["rest"], Names(1));
    }

    [Fact]
    public void Only_the_virtual_host_that_changes_is_compiled()
    {
        _directory.AddOrUpdate(Two());
        Route rest = _directory.Get("r").Current!.Match(RoutingWorld.Get("/", "other.test"))!;
        Route first = _directory.Get("r").Current!.Match(RoutingWorld.Get("/f", "a.test"))!;
        _directory.AddRoute("r", "a.test", Named("new", "/n"));
        Assert.Same(rest, _directory.Get("r").Current!.Match(RoutingWorld.Get("/", "other.test")));
        Assert.NotSame(first, _directory.Get("r").Current!.Match(RoutingWorld.Get("/f", "a.test")));
    }

    [Theory]
    [InlineData("", 1)]            // The default virtual host.
    [InlineData("*", 1)]
    [InlineData("a.test", 0)]
    [InlineData("*.a.test", 0)]
    [InlineData("deep.a.test", 0)]
    public void A_domain_leads_to_its_virtual_host(string domain, int host)
    {
        _directory.AddOrUpdate(Two());
        Assert.Empty(_directory.AddRoute("r", domain, Named("new", "/n")));
        Assert.Contains("new", Names(host));
    }

    [Fact]
    public void A_route_is_replaced_and_removed_by_name_or_index()
    {
        _directory.AddOrUpdate(Two());
        Assert.Empty(_directory.ReplaceRoute("r", "a.test", RouteSelector.Named("first"), Named("other", "/o")));
        Assert.Equal(["other", "second"], Names(0));
        Assert.Empty(_directory.ReplaceRoute("r", "a.test", RouteSelector.At(1), Named("second", "/s2")));
        Assert.Equal("second", NameOf(_directory.Get("r").Current!, "/s2", "a.test"));
        Assert.Empty(_directory.RemoveRoute("r", "a.test", RouteSelector.At(0)));
        Assert.Equal(["second"], Names(0));
        Assert.Empty(_directory.RemoveRoute("r", "a.test", RouteSelector.Named("second")));
        Assert.Empty(Names(0));
        Assert.Null(NameOf(_directory.Get("r").Current!, "/s2", "a.test"));
    }

    [Fact]
    public void All_routes_of_a_virtual_host_are_removed()
    {
        _directory.AddOrUpdate(Two());
        Assert.Empty(_directory.RemoveAllRoutes("r", ""));
        Assert.Empty(Names(1));
        Assert.Null(NameOf(_directory.Get("r").Current!, "/", "other.test"));
        Assert.Equal("first", NameOf(_directory.Get("r").Current!, "/f", "a.test"));
    }

    [Fact]
    public void What_cannot_be_done_is_said_and_nothing_changes()
    {
        _directory.AddOrUpdate(RoutingWorld.Domains(["a.test"]));
        RouteTable before = _directory.Get("r").Current!;
        RouteConfig bad = new() { Match = new RouteMatchConfig { Regex = "(" } };
        Assert.Equal(
            ["there is no router configuration 'none' in force"], _directory.AddRoute("none", "", Named("n", "/")));
        Assert.Equal(
            ["router 'r' has no virtual host for the domain 'b.test'"], _directory.AddRoute("r", "b.test", Named("n", "/")));
        Assert.StartsWith(
            "virtual host 'v0', route 2: not a regular expression", Assert.Single(_directory.AddRoute("r", "a.test", bad)));
        Assert.Equal(["there is no route 5"], _directory.RemoveRoute("r", "a.test", RouteSelector.At(5)));
        Assert.Equal(["there is no route 'x'"], _directory.RemoveRoute("r", "a.test", RouteSelector.Named("x")));
        Assert.Equal(["there is no route ''"], _directory.RemoveRoute("r", "a.test", RouteSelector.Named("")));
        Assert.Same(before, _directory.Get("r").Current);
    }

    [Fact]
    public void Two_routes_of_a_virtual_host_cannot_have_one_name()
    {
        _directory.AddOrUpdate(Two());
        Assert.Equal(["there is a route 'first' already"], _directory.AddRoute("r", "a.test", Named("first", "/x")));
        Assert.Equal(
            ["there is a route 'first' already"],
            _directory.ReplaceRoute("r", "a.test", RouteSelector.Named("second"), Named("first", "/x")));
        Assert.Empty(_directory.ReplaceRoute("r", "a.test", RouteSelector.Named("first"), Named("first", "/x")));
    }

    [Fact]
    public void All_holders_of_a_reference_see_every_change()
    {
        RouterRef held = _directory.Get("r");
        _directory.AddOrUpdate(Two());
        Assert.NotNull(held.Current);
        _directory.AddRoute("r", "", Named("n", "/n"));
        Assert.Same(held, _directory.Get("r"));
        Assert.Same(held.Config, held.Current!.Config);
        _directory.Remove("r");
        Assert.Null(held.Current);
        Assert.Empty(_directory.Configs());
    }

    private static RouteConfig Named(string name, string prefix) =>
        RoutingWorld.Forward(name, new RouteMatchConfig { Prefix = prefix }) with { Name = name };

    private static RouterConfig Two() => new()
    {
        Name = "r",
        VirtualHosts =
        [
            new VirtualHostConfig
            {
                Name = "a", Domains = ["a.test", "*.a.test"], Routes = [Named("first", "/f"), Named("second", "/s")],
            },
            new VirtualHostConfig { Name = "rest", Domains = ["*"], Routes = [Named("rest", "/")] },
        ],
    };

    private static string? NameOf(RouteTable table, string path, string host) =>
        table.Match(RoutingWorld.Get(path, host))?.Name;

    private string[] Names(int host) =>
        [.. _directory.Get("r").Config!.VirtualHosts[host].Routes.Select(static route => route.Name)];
}
