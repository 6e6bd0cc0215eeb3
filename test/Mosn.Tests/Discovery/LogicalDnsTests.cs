using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;
using Mosn.Testing;

namespace Mosn.Tests.Discovery;

public class LogicalDnsTests
{
    [Fact]
    public void One_host_keeps_its_address_while_answers_rotate_and_moves_when_it_is_gone()
    {
        DiscoveryWorld world = new();
        world.Server.Set("a.test", "10.0.0.1", "10.0.0.2");
        Cluster cluster = world.Apply(DiscoveryWorld.Logical("a.test:90"));
        HostSet before = cluster.Current.Hosts;
        Assert.Equal(["10.0.0.1:90"], DiscoveryWorld.Hosts(cluster));
        Assert.Equal("a.test:90", before.All[0].AddressText);

        world.Server.Set("a.test", "10.0.0.2", "10.0.0.1");
        world.Network.Advance(5_100);
        Assert.Same(before, cluster.Current.Hosts);
        world.Server.Set("a.test", "10.0.0.4", "10.0.0.1");
        world.Network.Advance(5_100);
        Assert.Same(before, cluster.Current.Hosts);

        world.Server.Set("a.test", "10.0.0.3", "10.0.0.2");
        world.Network.Advance(5_100);
        Assert.Equal(["10.0.0.3:90"], DiscoveryWorld.Hosts(cluster));

        world.Server.IsDown = true;
        world.Network.Advance(60_000);
        Assert.Equal(["10.0.0.3:90"], DiscoveryWorld.Hosts(cluster));
    }

    [Fact]
    public void A_literal_is_taken_as_it_is()
    {
        DiscoveryWorld world = new();
        Assert.Equal(["10.0.0.1:90"], DiscoveryWorld.Hosts(world.Apply(DiscoveryWorld.Logical("10.0.0.1:90"))));
        Assert.Empty(world.Server.Asked);
    }

    [Theory]
    [InlineData("STRICT_DNS")]
    [InlineData("LOGICAL_DNS")]
    public void An_exchange_under_way_ends_where_it_began_and_the_next_goes_to_the_new_address(string type)
    {
        FakeNameServer names = new();
        names.Set("up.test", "10.0.0.1");
        string config = ProxyWorld.Http(hosts: 0)
            .Replace("\"SIMPLE\"", $"\"{type}\"", StringComparison.Ordinal)
            .Replace("\"hosts\": []", "\"hosts\": [{ \"address\": \"up.test:9000\" }]", StringComparison.Ordinal);
        using ProxyWorld world = new(config, names: names);
        MemoryHost old = world.Network.Host(UpstreamAt("10.0.0.1"));
        MemoryHost next = world.Network.Host(UpstreamAt("10.0.0.2"));
        MemoryPeer client = world.Client();
        client.Send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();

        names.Set("up.test", "10.0.0.2");
        world.Advance(5_100);
        MemoryPeer other = world.Client();
        other.Send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Run();
        Assert.StartsWith("GET /2 ", Assert.Single(next.Peers).ReceivedText, StringComparison.Ordinal);

        Assert.Single(old.Peers).Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
        world.Run();
        Assert.EndsWith("old", client.ReceivedText, StringComparison.Ordinal);
        Assert.True(old.Peers[0].IsOver);

        client.Close();
        other.Close();
        next.Peers[0].Close();
        old.Peers[0].Close();
        world.Advance(100_000);
        Assert.Empty(world.Leaks());
    }

    private static Mosn.Transport.TransportAddress UpstreamAt(string ip) =>
        Mosn.Transport.TransportAddress.From(System.Net.IPAddress.Parse(ip), ProxyWorld.UpstreamPort);
}
