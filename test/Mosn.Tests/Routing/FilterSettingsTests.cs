using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Tests.Config;

namespace Mosn.Tests.Routing;

public class FilterSettingsTests
{
    private const string Text = """
        {"servers": [{
          "listeners": [{"name": "l", "address": "127.0.0.1:80", "filter_chains": [{"filters": [
            {"type": "proxy", "config": {"downstream_protocol": "Http1", "router_config_name": "r"}}]}]}],
          "routers": [{"router_config_name": "r", "virtual_hosts": [{
            "name": "v", "domains": ["*"],
            "per_filter_config": {"fault": {"upstream_cluster": "c"}, "gzip": {"gzip_level": 2}},
            "routers": [
              {"match": {"prefix": "/own"}, "route": {"cluster_name": "c"}, "per_filter_config": {"fault": {"delay": {"percentage": 3}}}},
              {"match": {"prefix": "/"}, "route": {"cluster_name": "c"}}]}]}]}],
         "cluster_manager": {"clusters": [{"name": "c", "hosts": [{"address": "127.0.0.1:81"}]}]}}
        """;

    [Fact]
    public void What_a_route_says_about_a_filter_replaces_what_its_virtual_host_says()
    {
        MosnConfig config = ConfigSamples.Json(Text).Config!;
        List<string> problems = [];
        RouteTable table = RoutingWorld.Compiler(
                static filter => filter.Type == "none" ? null : $"{filter.Type} {filter.Config!.Members[0].Name}")
            .Compile(config.Servers[0].Routers[0], problems)!;
        Route own = table.Match(RoutingWorld.Get("/own"))!;
        Route other = table.Match(RoutingWorld.Get("/other"))!;

        Assert.Equal(("fault delay", "gzip gzip_level"), (own.SettingsOf("fault"), own.SettingsOf("gzip")));
        Assert.Equal(("fault upstream_cluster", "gzip gzip_level"), (other.SettingsOf("fault"), other.SettingsOf("gzip")));
        Assert.Null(other.SettingsOf("mirror"));
    }

    [Fact]
    public void A_filter_without_settings_for_routes_gets_none()
    {
        MosnConfig config = ConfigSamples.Json(Text).Config!;
        RouteTable table = RoutingWorld.Compiler(static filter => filter.Type == "gzip" ? "z" : null)
            .Compile(config.Servers[0].Routers[0], [])!;
        Route route = table.Match(RoutingWorld.Get("/own"))!;
        Assert.Equal((null, "z"), (route.SettingsOf("fault"), route.SettingsOf("gzip")));
    }

    [Fact]
    public void A_filter_that_does_not_exist_has_a_place()
    {
        string[] errors = ConfigSamples.Errors(ConfigSamples.Json(Text.Replace("\"fault\": {\"delay", "\"falt\": {\"delay")));
        string error = Assert.Single(errors);
        Assert.Contains("servers[0].routers[0].virtual_hosts[0].routers[0].per_filter_config.falt", error);
        Assert.Contains("unknown stream filter", error);
        Assert.Contains("fault", error);
    }

    [Fact]
    public void A_dump_gives_the_settings_back()
    {
        MosnConfig config = ConfigSamples.Json(Text).Config!;
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            ConfigJsonWriter.Write(json, config.Servers[0].Routers[0]);
        }
        Assert.Contains(
            "\"per_filter_config\":{\"fault\":{\"upstream_cluster\":\"c\"},\"gzip\":{\"gzip_level\":2}}",
            Encoding.UTF8.GetString(stream.ToArray()));
    }
}
