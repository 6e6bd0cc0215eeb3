using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Upstream;

/// <summary>Hosts that an API gives (MOSN's cluster manager).</summary>
public class GivenHostsTests
{
    private readonly UpstreamWorld _world = new();

    [Fact]
    public void An_update_replaces_the_hosts_and_keeps_those_that_stay()
    {
        Cluster cluster = Add(ClusterType.Eds, "10.0.0.1:80", "10.0.0.2:80");
        Host stays = cluster.Current.Hosts.All[1];
        Assert.Null(_world.Directory.UpdateHosts("c", Hosts("10.0.0.2:80", "10.0.0.3:80")));
        Assert.Equal(["10.0.0.2:80", "10.0.0.3:80"], Names(cluster));
        Assert.Same(stays, cluster.Current.Hosts.All[0]);
    }

    [Fact]
    public void What_is_appended_comes_first_and_counts_before_what_was_there()
    {
        Cluster cluster = Add(ClusterType.Dynamic, "10.0.0.1:80", "10.0.0.2:80");
        HostConfig heavier = UpstreamWorld.HostConfig("10.0.0.2:80") with { Weight = 9 };
        Assert.Null(_world.Directory.AppendHosts("c", [UpstreamWorld.HostConfig("10.0.0.3:80"), heavier]));
        Assert.Equal(["10.0.0.3:80", "10.0.0.2:80", "10.0.0.1:80"], Names(cluster));
        Assert.Equal(9, cluster.Current.Hosts.All[1].Weight);
    }

    [Fact]
    public void Addresses_are_removed_as_far_as_they_are_there()
    {
        Cluster cluster = Add(ClusterType.Simple, "10.0.0.1:80", "10.0.0.2:80");
        HashSet<NetworkAddress> gone =
            [.. Hosts("10.0.0.2:80", "10.0.0.9:80").Select(static host => host.Address!.Value)];
        Assert.Null(_world.Directory.RemoveHosts("c", gone));
        Assert.Equal(["10.0.0.1:80"], Names(cluster));
    }

    [Fact]
    public void An_unknown_cluster_is_told_in_MOSNs_words()
    {
        Assert.Equal("cluster x is not exists", _world.Directory.UpdateHosts("x", []));
        Assert.Equal("cluster x is not exists", _world.Directory.AppendHosts("x", []));
        Assert.Equal("cluster x is not exists", _world.Directory.RemoveHosts("x", new HashSet<NetworkAddress>()));
    }

    [Theory]
    [InlineData(ClusterType.Eds, true)]
    [InlineData(ClusterType.Dynamic, true)]
    [InlineData(ClusterType.Simple, false)]
    internal void A_configuration_update_keeps_given_hosts_of_clusters_that_are_fed(ClusterType type, bool keeps)
    {
        Cluster cluster = Add(type, "10.0.0.1:80");
        Add(type, "10.0.0.2:80");
        Assert.Equal(["10.0.0.2:80"], Names(cluster));
        _world.Directory.UpdateHosts("c", Hosts("10.0.0.3:80"));
        Add(type, "10.0.0.4:80");
        Assert.Equal([keeps ? "10.0.0.3:80" : "10.0.0.4:80"], Names(cluster));
    }

    private static HostConfig[] Hosts(params string[] addresses) => [.. addresses.Select(UpstreamWorld.HostConfig)];

    private static string[] Names(Cluster cluster) =>
        [.. cluster.Current.Hosts.All.ToArray().Select(static host => host.AddressText)];

    private Cluster Add(ClusterType type, params string[] addresses) =>
        _world.Add(UpstreamWorld.Config("c", addresses) with { Type = type });
}
