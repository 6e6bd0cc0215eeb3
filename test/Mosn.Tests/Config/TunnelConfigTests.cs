using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

/// <summary>What a configuration says about protocols and tunnels.</summary>
public sealed class TunnelConfigTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("""
        , "upgrades": ["websocket"], "connect": "refuse", "tunnel_idle_timeout": "5m"
        """, """
        ,"upgrades":["websocket"]
        """)]
    [InlineData("""
        , "upgrades": [], "connect": "terminate", "tunnel_idle_timeout": "1h"
        """, """
        ,"upgrades":[],"connect":"terminate","tunnel_idle_timeout":"1h0m0s"
        """)]
    public void Only_what_is_not_the_default_is_written(string more, string expected)
    {
        RouterConfig router = Load($$"""
            "routers": [{ "router_config_name": "r", "virtual_hosts": [{ "name": "v", "domains": ["*"], "routers": [
              { "match": { "prefix": "/" }, "route": { "cluster_name": "c"{{more}} } }] }] }]
            """).Config!.Servers[0].Routers[0];
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            ConfigJsonWriter.Write(json, router);
        }
        Assert.Contains(
            "\"route\":{\"cluster_name\":\"c\"" + expected.Trim() + "}", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("Http1, Http2", "", null)]
    [InlineData("Auto", "", null)]
    [InlineData("Auto,Http1", "", "Auto beside other protocols has no effect: \"Auto,Http1\"")]
    [InlineData("Http3", "", "unknown protocol: \"Http3\"")]
    [InlineData("Auto", ", \"fallback_for_unknown_protocol\": true", "no filter follows this one")]
    public void The_protocols_of_a_listener_are_checked(string protocols, string more, string? expected)
    {
        ConfigLoadResult result = Load($$"""
            "listeners": [{ "name": "in", "address": "127.0.0.1:0", "filter_chains": [{ "filters": [
              { "type": "proxy", "config": { "downstream_protocol": "{{protocols}}", "router_config_name": "r"{{more}} } }] }] }],
            "routers": [{ "router_config_name": "r", "virtual_hosts": [{ "name": "v", "domains": ["*"], "routers": [
              { "match": { "prefix": "/" }, "direct_response": { "status": 200 } }] }] }]
            """);
        string[] problems = [.. ConfigSamples.All(result)];
        if (expected is null)
        {
            Assert.Empty(problems);
        }
        else
        {
            Assert.Contains(expected, Assert.Single(problems));
        }
    }

    private static ConfigLoadResult Load(string server) => ConfigLoader.LoadText(
        Encoding.UTF8.GetBytes($$"""
            { "servers": [{ "default_log_path": "stdout", {{server}} }],
              "cluster_manager": { "clusters": [{ "name": "c", "type": "SIMPLE" }] } }
            """),
        ConfigFormat.Json,
        "tunnels.json",
        new ConfigLoadOptions { Protocols = ["Http1", "Http2"] });
}
