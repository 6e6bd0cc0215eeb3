using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

// What holds for each of them.
public class EveryBalancerTests
{
    public static TheoryData<LoadBalancerType> Types => BalancerWorld.AllTypes;

    [Theory]
    [MemberData(nameof(Types))]
    public void Nothing_healthy_gives_nothing(LoadBalancerType type)
    {
        Assert.Null(new BalancerWorld(type, hostCount: 0).Pick(new PickContext(0)));

        BalancerWorld world = new(type, hostCount: 1);
        Assert.Same(world.Hosts[0], world.Pick(new PickContext(0) { Hash = 7 }));
        world.SetHealth(failed: true, 0);
        Assert.Null(world.Pick(new PickContext(0) { Hash = 7 }));

        world = new(type, hostCount: 3);
        world.SetHealth(failed: true, 0, 1, 2);
        Assert.Null(world.Pick(new PickContext(0) { Hash = 7 }));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Only_healthy_hosts_are_picked_whatever_comes_and_goes(LoadBalancerType type)
    {
        ulong seed = BalancerWorld.NewSeed();
        Random random = new((int)seed);
        BalancerWorld world = new(
            BalancerWorld.Config(type, [.. Enumerable.Range(0, 20).Select(_ => random.Next(1, 4))]), seed: seed);
        for (int round = 0; round < 300; round++)
        {
            world.SetHealth(failed: random.Next(2) == 0, random.Next(20));
            for (int i = 0; i < 20; i++)
            {
                Host? host = world.Pick(new PickContext(0)
                {
                    Hash = random.Next(5) == 0 ? null : (ulong)random.NextInt64(),
                    Attempt = random.Next(10),
                    NowMs = world.Clock.NowMs,
                });
                Assert.True(
                    host is null ? world.Set.Healthy.IsEmpty : host.Health == HostHealth.Healthy,
                    $"seed {seed}, round {round}, host {host?.AddressText}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_healthy_host_gets_its_turn(LoadBalancerType type)
    {
        ulong seed = BalancerWorld.NewSeed();
        BalancerWorld world = new(type, hostCount: 8, seed);
        world.SetHealth(failed: true, 2, 5);
        int[] counts = world.Count(
            4000, i => new PickContext(0) { Hash = (ulong)i, Attempt = i % 8, NowMs = world.Clock.NowMs });
        Assert.All(counts.Index(), one =>
            Assert.True((one.Item > 0) == (one.Index is not (2 or 5)), $"seed {seed}: {string.Join(' ', counts)}"));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Further_tries_of_a_request_find_the_hosts_that_it_has_not_seen(LoadBalancerType type)
    {
        BalancerWorld world = new(type, hostCount: 3);
        for (ulong hash = 0; hash < 200; hash++)
        {
            PickContext first = new(0) { Hash = hash, NowMs = world.Clock.NowMs };
            Host one = world.Cluster.PickHost(first)!;
            Host two = world.Cluster.PickHost(first with { Attempt = 1 }, [one])!;
            Assert.True(two != one || IsDrawn(type));
        }

        // Eight draws of three hosts can all give the same one.
        static bool IsDrawn(LoadBalancerType type) => type is LoadBalancerType.Random
            or LoadBalancerType.LeastRequest or LoadBalancerType.LeastConnection or LoadBalancerType.PeakEwma;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Picking_costs_no_allocation(LoadBalancerType type)
    {
        foreach (ClusterConfig config in (ClusterConfig[])
            [
                BalancerWorld.Config(type, 50),
                BalancerWorld.Config(type, [.. Enumerable.Range(1, 50)]),
                BalancerWorld.Config(type, 50) with
                {
                    Hosts =
                    [
                        .. BalancerWorld.HostConfigs(50).Select(static (host, i) => host with
                        {
                            Zone = i % 2 == 0 ? "z" : "other",
                            Metadata = new Dictionary<string, string> { ["stage"] = i < 30 ? "prod" : "test" },
                        }),
                    ],
                    LbSubsetConfig = new SubsetConfig { SubsetSelectors = [["stage"]], FallbackPolicy = 1 },
                    BalancerSettings = new BalancerSettingsConfig { ZoneAware = new ZoneAwareConfig { Enabled = true } },
                },
            ])
        {
            BalancerWorld world = new(config, localZone: "z");
            MetadataCriteria criteria = new([KeyValuePair.Create("stage", "prod")]);
            Assert.Equal(0, AllocatedByPicks(world, criteria));
        }
    }

    private static long AllocatedByPicks(BalancerWorld world, MetadataCriteria criteria)
    {
        HostSet set = world.Set;
        ILoadBalancer balancer = world.Balancer;
        PickOften(balancer, set, criteria, world.Clock.NowMs);

        // The least of a few: a collection that another test causes counts what the thread might still have used.
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            PickOften(balancer, set, criteria, world.Clock.NowMs);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static void PickOften(ILoadBalancer balancer, HostSet set, MetadataCriteria criteria, long nowMs)
    {
        for (int i = 0; i < 500; i++)
        {
            balancer.Pick(set, new PickContext(0)
            {
                Hash = i % 3 == 0 ? null : (ulong)i,
                Attempt = i % 4,
                Criteria = i % 5 == 0 ? null : criteria,
                NowMs = nowMs,
            });
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Loops_pick_at_the_same_time(LoadBalancerType type)
    {
        BalancerWorld world = new(BalancerWorld.Config(type, 1, 2, 3, 4), loopCount: 4);
        int wrong = 0;
        Thread[] loops = [.. Enumerable.Range(0, 4).Select(loop => new Thread(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                HostSet set = world.Set;
                Host? host = world.Balancer.Pick(set, new PickContext(loop) { Hash = (ulong)i, NowMs = 1 });
                wrong += host is not null && set.All.Contains(host) ? 0 : 1;
            }
        }))];
        Array.ForEach(loops, static loop => loop.Start());
        for (int i = 0; i < 200; i++)
        {
            world.SetHealth(failed: i % 2 == 0, i % 4);
        }
        Array.ForEach(loops, static loop => loop.Join());
        Assert.Equal(0, wrong);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_seed_gives_the_same_hosts_again(LoadBalancerType type)
    {
        string Sequence(ulong seed)
        {
            BalancerWorld world = new(type, hostCount: 10, seed);
            return string.Join(' ', Enumerable.Range(0, 50).Select(_ => world.Pick().AddressText));
        }
        Assert.Equal(Sequence(5), Sequence(5));
        if (type != LoadBalancerType.RequestRoundRobin)
        {
            Assert.NotEqual(Sequence(5), Sequence(6));
        }
    }
}
