using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Discovery;

public class ServiceRecordTests
{
    private const string Name = "_grpc._tcp.shop.test";

    private readonly DiscoveryWorld _world = new();

    [Fact]
    public void A_service_brings_hosts_ports_and_weights()
    {
        _world.Server.Set("a.test", "10.0.0.1", "10.0.0.2");
        _world.Server.Set("b.test", "10.0.0.3");
        _world.Server.SetService(
            Name, 60, new ServiceRecord("a.test", 9001, 1, 10), new ServiceRecord("b.test.", 9002, 1, 0));
        Assert.Equal(["10.0.0.1:9001 10", "10.0.0.2:9001 10", "10.0.0.3:9002 1"], Weighted(_world.Apply(Config())));
    }

    [Fact]
    public void Only_the_most_preferred_records_count_and_large_weights_are_scaled()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        _world.Server.Set("b.test", "10.0.0.2");
        _world.Server.Set("c.test", "10.0.0.3");
        _world.Server.SetService(
            Name,
            60,
            new ServiceRecord("c.test", 1, 20, 65535),
            new ServiceRecord("a.test", 1, 10, 1000),
            new ServiceRecord("b.test", 1, 10, 250));
        Assert.Equal(["10.0.0.1:1 128", "10.0.0.2:1 32"], Weighted(_world.Apply(Config())));
    }

    [Fact]
    public void The_shortest_life_on_the_way_counts()
    {
        _world.Server.Set("a.test", ttlSeconds: 5, "10.0.0.1");
        _world.Server.SetService(Name, 600, new ServiceRecord("a.test", 1, 1, 1));
        _world.Apply(Config() with { RespectDnsTtl = true });
        _world.Network.Advance(6_100);
        Assert.Equal(2, _world.Server.Asked.Count(static question => question.EndsWith("Service", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_target_without_addresses_is_passed_over_and_one_that_cannot_be_asked_for_keeps_what_was_there()
    {
        _world.Server.Set("a.test", "10.0.0.1");
        _world.Server.SetService(
            Name, 60, new ServiceRecord("a.test", 1, 1, 1), new ServiceRecord("gone.test", 2, 1, 1));
        Cluster cluster = _world.Apply(Config());
        Assert.Equal(["10.0.0.1:1 1"], Weighted(cluster));

        _world.Server.Set("b.test", DnsRecordKind.IPv4, new DnsAnswer(DnsOutcome.Failed, "refused"));
        _world.Server.SetService(
            Name, 60, new ServiceRecord("b.test", 1, 1, 1), new ServiceRecord("a.test", 7, 1, 1));
        _world.Network.Advance(5_100);
        Assert.Equal(["10.0.0.1:1 1"], Weighted(cluster));
    }

    [Fact]
    public void A_service_that_is_said_not_to_exist_has_no_hosts()
    {
        _world.Server.SetService(Name, 60, new ServiceRecord(".", 0, 0, 0));
        Assert.Empty(Weighted(_world.Apply(Config())));
    }

    [Theory]
    [InlineData("_http._tcp.a.test", true)]
    [InlineData("_http._tcp.a", true)]
    [InlineData("_http._tcp", false)]
    [InlineData("_dmarc.a.test", false)]
    [InlineData("http._tcp.a.test", false)]
    public void A_service_is_known_by_its_first_two_labels(string name, bool isService) =>
        Assert.Equal(isService, NetworkAddress.FromName(name, 80).IsService);

    private static ClusterConfig Config() => DiscoveryWorld.Strict(Name);

    private static string[] Weighted(Cluster cluster) =>
        [.. cluster.Current.Hosts.All.ToArray().Select(static host => $"{host.Address} {host.Weight}")];
}
