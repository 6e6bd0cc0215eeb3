using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class ZoneAwareTests
{
    [Theory]
    [InlineData("aaaa bbbb cccc", 1, 0, 0)]          // As many as it calls for.
    [InlineData("aaaaaa bb cc", 1, 0, 0)]            // More.
    [InlineData("aa bbbbb ccccc", 0.5, 0.25, 0.25)]  // Half of what it calls for; the rest where there is room.
    [InlineData("aa bbbb cccccc", 0.5, 0, 0.5)]      // Zone b has just enough for itself.
    [InlineData("bbbbbb cccccc", 0, 0.5, 0.5)]       // None of its own.
    public void The_own_zone_gets_what_its_hosts_can_bear(string zones, double a, double b, double c)
    {
        BalancerWorld world = new(Config(zones), localZone: "a");
        AssertShares(world, a, b, c);
    }

    [Fact]
    public void Capacity_is_what_is_healthy()
    {
        BalancerWorld world = new(Config("aaaa bbbb cccc"), localZone: "a");
        world.SetHealth(failed: true, 0, 1, 2);

        // One of nine: a third of what the zone calls for.
        AssertShares(world, 1 / 3.0, 1 / 3.0, 1 / 3.0);
        world.SetHealth(failed: true, 3);
        AssertShares(world, 0, 0.5, 0.5);
        world.SetHealth(failed: false, 0, 1, 2, 3);
        AssertShares(world, 1, 0, 0);
    }

    [Fact]
    public void Weights_are_capacity()
    {
        ClusterConfig config = Config("aa bb");
        config = config with { Hosts = [.. config.Hosts.Select(static (host, i) => host with { Weight = i < 2 ? 1 : 3 })] };
        AssertShares(new BalancerWorld(config, localZone: "a"), 0.5, 0.5, 0);
    }

    [Fact]
    public void Few_hosts_switch_it_off()
    {
        ClusterConfig config = Config("aa bb cc", new ZoneAwareConfig { Enabled = true, MinClusterSize = 6 });
        BalancerWorld world = new(config, localZone: "a");
        AssertShares(world, 1, 0, 0);
        world.SetHealth(failed: true, 5);
        AssertShares(world, 0.4, 0.4, 0.2);
    }

    [Fact]
    public void A_part_of_the_requests_may_be_left_out()
    {
        ClusterConfig config = Config("aaa bbb", new ZoneAwareConfig { Enabled = true, Percent = 50 });
        AssertShares(new BalancerWorld(config, localZone: "a"), 0.75, 0.25, 0);
    }

    [Fact]
    public void Without_a_zone_of_its_own_it_is_off() => AssertShares(new BalancerWorld(Config("aaa bbb")), 0.5, 0.5, 0);

    [Fact]
    public void A_panic_switches_it_off()
    {
        BalancerWorld world = new(Config("aaa bbb") with { PanicThreshold = 50 }, localZone: "a");
        world.SetHealth(failed: true, 0, 1, 3, 4);
        AssertShares(world, 0.5, 0.5, 0);
    }

    [Fact]
    public void A_further_try_may_go_anywhere()
    {
        BalancerWorld world = new(Config("aaa bbb"), localZone: "a");
        int[] counts = world.Count(6000, static _ => new PickContext(0) { Attempt = 1 });
        Assert.All(counts, static count => Assert.InRange(count, 800, 1200));
    }

    [Fact]
    public void A_hash_stays_with_its_host()
    {
        BalancerWorld world = new(Config("aa bbbbb ccccc") with { LbType = LoadBalancerType.Maglev }, localZone: "a");
        for (ulong hash = 0; hash < 500; hash++)
        {
            PickContext context = new(0) { Hash = hash };
            Assert.Same(world.Pick(context), world.Pick(context));
        }
        int[] counts = world.Count(20_000, static i => new PickContext(0) { Hash = (ulong)i });
        Assert.InRange(counts[0] + counts[1], 9_500, 10_500);
    }

    [Fact]
    public void Within_a_subset_the_zone_counts_too()
    {
        ClusterConfig config = Config("aaa bbb aaa bbb");
        config = config with
        {
            LbSubsetConfig = new SubsetConfig { SubsetSelectors = [["v"]] },
            Hosts =
            [
                .. config.Hosts.Select(static (host, i) => host with
                {
                    Metadata = new Dictionary<string, string> { ["v"] = i < 6 ? "1" : "2" },
                }),
            ],
        };
        BalancerWorld world = new(config, localZone: "b");
        MetadataCriteria criteria = new([KeyValuePair.Create("v", "2")]);
        int[] counts = world.Count(300, _ => new PickContext(0) { Criteria = criteria });
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 100, 100], counts);
    }

    [Fact]
    public void The_label_names_the_zone_unless_the_configuration_does()
    {
        HostConfig[] hosts = BalancerWorld.HostConfigs(2);
        Dictionary<string, string> label = new() { ["zone"] = "labelled" };
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.Random, 2) with
        {
            Hosts = [hosts[0] with { Metadata = label }, hosts[1] with { Metadata = label, Zone = "named" }],
        });
        Assert.Equal("labelled", world.Hosts[0].Zone);
        Assert.Equal("named", world.Hosts[1].Zone);
    }

    /// <param name="zones">A letter for each host, its zone.</param>
    private static ClusterConfig Config(string zones, ZoneAwareConfig? settings = null)
    {
        string letters = zones.Replace(" ", "", StringComparison.Ordinal);
        return BalancerWorld.Config(LoadBalancerType.RoundRobin, 0) with
        {
            Hosts =
            [
                .. BalancerWorld.HostConfigs(letters.Length).Select((host, i) => host with { Zone = letters[i..(i + 1)] }),
            ],
            BalancerSettings = new BalancerSettingsConfig
            {
                ZoneAware = settings ?? new ZoneAwareConfig { Enabled = true, MinClusterSize = 2 },
            },
        };
    }

    private static void AssertShares(BalancerWorld world, params ReadOnlySpan<double> shares)
    {
        int[] counts = world.Count(12_000);
        for (int i = 0; i < shares.Length; i++)
        {
            string zone = ((char)('a' + i)).ToString();
            double sum = 0;
            for (int host = 0; host < counts.Length; host++)
            {
                sum += world.Hosts[host].Zone == zone ? counts[host] : 0;
            }
            Assert.Equal(shares[i], sum / 12_000, 0.03);
        }
    }
}
