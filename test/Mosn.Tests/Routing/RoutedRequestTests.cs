using System.Text.RegularExpressions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Testing;

namespace Mosn.Tests.Routing;

/// <summary>Routes in the whole proxy: what clients and hosts see of them.</summary>
public partial class RoutedRequestTests
{
    private const string Request = "GET /x HTTP/1.1\r\nHost: h.test\r\n";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public void A_header_names_the_cluster()
    {
        using ProxyWorld world = new(With(ProxyWorld.Http(), "\"cluster_name\": \"upstream\"", "\"cluster_header\": \"x-to\""));
        world.Upstream(static peer => peer.OnInput = static peer => peer.Send(Answer));
        Assert.StartsWith("HTTP/1.1 200", Ask(world, "x-to: upstream\r\n"));
        Assert.StartsWith("HTTP/1.1 404", Ask(world, "x-to: other\r\n"));
        Assert.StartsWith("HTTP/1.1 404", Ask(world, ""));
    }

    [Fact]
    public void A_cookie_is_given_out_once_and_also_with_an_answer_of_ours()
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            route: """, "hash_policy": [{"cookie": {"name": "sid", "ttl": "1m"}}]"""));
        string first = Ask(world, ""); // Nobody listens upstream.
        Assert.StartsWith("HTTP/1.1 502", first);
        string cookie = Cookie().Match(first).Groups[1].Value;
        Assert.NotEmpty(cookie);
        world.Upstream(static peer => peer.OnInput = static peer => peer.Send(Answer));
        Assert.DoesNotContain("Set-Cookie", Ask(world, $"Cookie: {cookie}\r\n"));
    }

    [Fact]
    public void The_host_goes_under_its_own_name()
    {
        string address = $"\"127.0.0.1:{ProxyWorld.UpstreamPort}\"";
        using ProxyWorld world = new(With(
            ProxyWorld.Http(route: """, "auto_host_rewrite": true"""), address, $"{address}, \"hostname\": \"app.test\""));
        string seen = "";
        world.Upstream(peer => peer.OnInput = sender =>
        {
            seen = sender.ReceivedText;
            sender.Send(Answer);
        });
        Assert.StartsWith("HTTP/1.1 200", Ask(world, ""));
        Assert.Contains("Host: app.test\r\n", seen);
    }

    [Fact]
    public void The_checking_handler_finds_the_route_that_leads_somewhere()
    {
        string config = With(
            ProxyWorld.Http(proxy: """, "router_handler_name": "check-handler" """),
            "\"match\": { \"prefix\": \"/\" },",
            """
            "match": { "prefix": "/" }, "route": { "cluster_name": "gone" } }, { "match": { "prefix": "/" },
            """);
        using ProxyWorld world = new(config);
        world.Upstream(static peer => peer.OnInput = static peer => peer.Send(Answer));
        Assert.StartsWith("HTTP/1.1 200", Ask(world, ""));
    }

    [Fact]
    public void A_request_that_runs_keeps_the_route_it_began_with()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MemoryPeer? upstream = null;
        world.Upstream(peer => upstream = peer);
        MemoryPeer client = world.Client();
        client.Send($"{Request}\r\n");
        world.Run();
        Assert.NotNull(upstream);

        RouterDirectory routers = world.Runtime.Routers;
        Assert.Empty(routers.RemoveAllRoutes("router", ""));
        Assert.StartsWith("HTTP/1.1 404", Ask(world, ""));
        upstream.Send(Answer);
        world.Run();
        Assert.EndsWith("ok", client.ReceivedText);

        Assert.Empty(routers.AddRoute("router", "any.host", new RouteConfig
        {
            Match = new RouteMatchConfig { Path = "/x" },
            DirectResponse = new DirectResponseConfig { Status = 204 },
        }));
        Assert.StartsWith("HTTP/1.1 204", Ask(world, ""));
    }

    [Fact]
    public void The_configuration_in_force_shows_what_has_changed()
    {
        using ProxyWorld world = new(ProxyWorld.Http());
        MosnConfig started = new() { Servers = [new ServerConfig()] };
        Assert.Empty(world.Runtime.Routers.AddRoute("router", "", new RouteConfig { Name = "added" }));
        RouterConfig router = Assert.Single(world.Runtime.InForce(started).Servers[0].Routers);
        Assert.Equal(["", "added"], router.VirtualHosts[0].Routes.Select(static route => route.Name));
    }

    private static string With(string config, string old, string text)
    {
        Assert.Contains(old, config);
        return config.Replace(old, text, StringComparison.Ordinal);
    }

    private static string Ask(ProxyWorld world, string headers)
    {
        MemoryPeer client = world.Client();
        client.Send($"{Request}{headers}\r\n");
        world.Run();
        return client.ReceivedText;
    }

    [GeneratedRegex("Set-Cookie: (sid=[0-9a-f]{16}); Max-Age=60; HttpOnly")]
    private static partial Regex Cookie();
}
