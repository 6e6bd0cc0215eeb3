using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class ConsistentHashTests
{
    private const int Keys = 100_000;

    public static TheoryData<LoadBalancerType> Types => [LoadBalancerType.Maglev, LoadBalancerType.RingHash];

    [Fact]
    public void The_table_is_that_of_MOSN()
    {
        MaglevTable table = MaglevTable.Of([.. Enumerable.Range(0, 10).Select(static i => $"127.0.0.{i}")])!;
        Assert.Equal(65_537, table.Size);
        Assert.Equal(9, table[0]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_hash_always_gives_the_same_host(LoadBalancerType type)
    {
        BalancerWorld one = new(BalancerWorld.Config(type, 20), loopCount: 2, seed: 1);
        BalancerWorld two = new(BalancerWorld.Config(type, 20), loopCount: 2, seed: 2);
        for (ulong hash = 0; hash < 500; hash++)
        {
            Assert.Equal(
                one.Pick(new PickContext(0) { Hash = hash })!.AddressText,
                two.Pick(new PickContext(1) { Hash = hash })!.AddressText);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Without_a_hash_any_host_will_do(LoadBalancerType type) =>
        Assert.All(new BalancerWorld(type, hostCount: 4).Count(4000), static count => Assert.InRange(count, 830, 1170));

    [Theory]
    [InlineData(LoadBalancerType.Maglev, 0.02)]
    [InlineData(LoadBalancerType.RingHash, 0.35)]
    public void Hosts_have_about_the_same_share_of_the_keys(LoadBalancerType type, double tolerance)
    {
        BalancerWorld world = new(type, hostCount: 10);
        int[] counts = world.Count(65_537, static i => new PickContext(0) { Hash = (ulong)i });
        Assert.All(counts, count => Assert.InRange(count / 6553.7, 1 - tolerance, 1 + tolerance));
    }

    [Theory]
    [InlineData(LoadBalancerType.Maglev, 0.02)]
    [InlineData(LoadBalancerType.RingHash, 0.35)]
    public void Weights_are_respected(LoadBalancerType type, double tolerance)
    {
        BalancerWorld world = new(BalancerWorld.Config(type, 1, 2, 3, 4));
        int[] counts = world.Count(65_537, static i => new PickContext(0) { Hash = (ulong)i });
        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(counts[i] / 6553.7 / (i + 1), 1 - tolerance, 1 + tolerance);
        }
    }

    // Of n + 1 hosts the new one must get its part: 1/(n + 1) of the keys. All else that moves is loss.
    [Theory]
    [InlineData(LoadBalancerType.Maglev, 20, 0.01)]
    [InlineData(LoadBalancerType.RingHash, 20, 0)]
    [InlineData(LoadBalancerType.RingHash, 200, 0)]
    public void A_new_host_moves_little_but_what_it_takes(LoadBalancerType type, int hostCount, double lossMax)
    {
        BalancerWorld world = new(type, hostCount);
        string[] before = Addresses(world);
        world.Update(BalancerWorld.Config(type, hostCount + 1));
        string[] after = Addresses(world);

        string newest = world.Hosts[^1].AddressText;
        int taken = after.Count(address => address == newest);
        int lost = before.Zip(after).Count(pair => pair.First != pair.Second && pair.Second != newest);
        Assert.InRange(taken, 0.5 * Keys / (hostCount + 1), 1.5 * Keys / (hostCount + 1));
        Assert.InRange(lost, 0, lossMax * Keys);

        // And back again to where it was, as though nothing had been.
        world.Update(BalancerWorld.Config(type, hostCount));
        Assert.Equal(before, Addresses(world));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_unhealthy_host_moves_its_own_keys_only_and_spreads_them(LoadBalancerType type)
    {
        BalancerWorld world = new(type, hostCount: 10);
        string[] before = Addresses(world);
        world.SetHealth(failed: true, 4);
        string[] after = Addresses(world);

        string gone = world.Hosts[4].AddressText;
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.First == gone));
        int[] heirs = [.. before.Zip(after).Where(pair => pair.First == gone).CountBy(static pair => pair.Second)
            .Select(static heir => heir.Value)];
        Assert.Equal(9, heirs.Length);
        Assert.InRange(heirs.Max(), 0, heirs.Sum() / 3);

        world.SetHealth(failed: false, 4);
        Assert.Equal(before, Addresses(world));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Further_tries_visit_every_healthy_host_once(LoadBalancerType type)
    {
        BalancerWorld world = new(type, hostCount: 10);
        world.SetHealth(failed: true, 3, 7);
        for (ulong hash = 0; hash < 200; hash++)
        {
            HashSet<Host?> hosts =
            [
                .. Enumerable.Range(0, 8).Select(attempt => world.Pick(new PickContext(0) { Hash = hash, Attempt = attempt })),
            ];
            Assert.Equal(8, hosts.Count);
            Assert.DoesNotContain(null, hosts);
        }
    }

    [Fact]
    public void The_next_try_with_Maglev_is_the_next_host_as_in_MOSN()
    {
        BalancerWorld world = new(LoadBalancerType.Maglev, hostCount: 5);
        for (ulong hash = 0; hash < 100; hash++)
        {
            int first = world.Hosts.IndexOf(world.Pick(new PickContext(0) { Hash = hash })!);
            int second = world.Hosts.IndexOf(world.Pick(new PickContext(0) { Hash = hash, Attempt = 1 })!);
            Assert.Equal((first + 1) % 5, second);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_change_of_health_costs_no_new_table(LoadBalancerType type)
    {
        BalancerWorld world = new(type, hostCount: 10);
        object? prepared = world.Set.Prepared;
        world.SetHealth(failed: true, 3);
        Assert.Same(prepared, world.Set.Prepared);
    }

    [Fact]
    public void A_ring_that_was_changed_is_the_ring_that_would_be_made_anew()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        BalancerWorld world = new(LoadBalancerType.RingHash, hostCount: 30);
        for (int round = 0; round < 20; round++)
        {
            HostConfig[] hosts = [.. BalancerWorld.HostConfigs(60).Where(_ => random.Next(2) == 0)];
            ClusterConfig config = BalancerWorld.Config(LoadBalancerType.RingHash, 0) with { Hosts = hosts };
            world.Update(config);
            Assert.True(Addresses(world).SequenceEqual(Addresses(new BalancerWorld(config))), $"seed {seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(1024, 2_097_152, 10, 1600)]
    [InlineData(1024, 2_097_152, 2, 1024)]
    [InlineData(1, 100, 10, 100)]
    [InlineData(1, 5, 10, 10)]
    public void The_ring_keeps_to_its_bounds(uint min, uint max, int hostCount, int points)
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.RingHash, hostCount) with
        {
            BalancerSettings = new BalancerSettingsConfig { MinimumRingSize = min, MaximumRingSize = max },
        });
        Assert.Equal(points, Assert.IsType<HashRing>(world.Set.Prepared).Count);
    }

    [Fact]
    public void Many_hosts_get_the_big_table()
    {
        Assert.Equal(655_373, MaglevTable.Of(Addresses(30_000))!.Size);
        Assert.Null(MaglevTable.Of(Addresses(655_373)));

        static string[] Addresses(int count) =>
            [.. Enumerable.Range(0, count).Select(static i => $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:80")];
    }

    private static string[] Addresses(BalancerWorld world) =>
        [.. Enumerable.Range(0, Keys).Select(i => world.Pick(new PickContext(0) { Hash = (ulong)i })!.AddressText)];
}
