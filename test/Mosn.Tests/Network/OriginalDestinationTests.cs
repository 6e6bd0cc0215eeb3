using Mosn.Proxy.Observability;
using Mosn.Testing;
using Mosn.Transport;
using Mosn.Tests.Discovery;

namespace Mosn.Tests.Network;

/// <summary>Which listener serves a redirected connection.</summary>
public class OriginalDestinationTests
{
    private static readonly TransportAddress Entry = OriginalDstTests.At("127.0.0.1", 15001);

    [Theory]
    [InlineData("10.0.0.1", 80, false, "exact")]
    [InlineData("10.0.0.2", 80, false, "any")]
    [InlineData("10.0.0.2", 80, true, "local")]
    [InlineData("10.0.0.2", 81, false, "entry")]
    [InlineData("fd00::2", 80, false, "any6")]
    [InlineData("10.0.0.2", 82, false, "any6b")]
    public void The_listener_that_was_meant_serves_the_connection(string ip, int port, bool toLocal, string listener)
    {
        string filter = toLocal ? """, "listener_filters": [{ "type": "original_dst", "config": { "fallback_to_local": true } }]""" : "";
        using ProxyWorld world = new($$"""
            {
              "servers": [{ "listeners": [
                {{Listener("entry", "127.0.0.1:15001", $""", "bind_port": true, "use_original_dst": "redirect"{filter}""")}},
                {{Listener("exact", "10.0.0.1:80", "")}},
                {{Listener("any0", "0.0.0.0:80", "")}},
                {{Listener("any", "0.0.0.0:80", "")}},
                {{Listener("any6", "[::]:80", "")}},
                {{Listener("any6b", "[::]:82", "")}},
                {{Listener("local", "127.0.0.1:80", "")}}
              ] }],
              "cluster_manager": { "clusters": [] }
            }
            """);
        TransportAddress meant = OriginalDstTests.At(ip, port);
        world.Network.Redirect(meant, Entry);
        world.Network.Connect(meant);
        world.Run();
        Assert.Equal([listener], world.Listeners
            .Where(entry => entry.Model.Metrics.Read(DownstreamMetric.ConnectionTotal) == 1)
            .Select(static entry => entry.Model.Name));
    }

    [Fact]
    public void Limits_and_counts_are_those_of_the_listener_that_serves()
    {
        using ProxyWorld world = new($$"""
            {
              "servers": [{ "listeners": [
                {{Listener("entry", "127.0.0.1:15001", """, "bind_port": true, "use_original_dst": "redirect", "max_connections": 1 """)}},
                {{Listener("exact", "10.0.0.1:80", """, "max_connections": 2 """)}}
              ] }],
              "cluster_manager": { "clusters": [] }
            }
            """);
        TransportAddress meant = OriginalDstTests.At("10.0.0.1", 80);
        world.Network.Redirect(meant, Entry);
        world.Network.Connect(meant);
        world.Network.Connect(meant);
        MemoryPeer third = world.Network.Connect(meant);
        world.Run();
        Assert.True(third.WasReset);
        Assert.Equal(2, world.Count(DownstreamMetric.ConnectionTotal));
    }

    private static string Listener(string name, string address, string more) => $$"""
        {
          "name": "{{name}}", "address": "{{address}}",
          "filter_chains": [{ "filters": [{ "type": "proxy", "config": { "downstream_protocol": "Http1" } }] }]{{more}}
        }
        """;
}
