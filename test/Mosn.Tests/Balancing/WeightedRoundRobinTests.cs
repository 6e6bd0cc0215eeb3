using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class WeightedRoundRobinTests
{
    [Fact]
    public void Each_host_gets_exactly_its_weight()
    {
        ulong seed = BalancerWorld.NewSeed();
        Random random = new((int)seed);
        int[] weights = [.. Enumerable.Range(0, 50).Select(_ => random.Next(1, 129))];
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, weights), seed: seed);
        Assert.True(world.Count(weights.Sum()).SequenceEqual(weights), $"seed {seed}");
    }

    [Fact]
    public void Equal_weights_are_plain_turns()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 7, 7, 7, 7));
        Assert.Equal([250, 250, 250, 250], world.Count(1000));
    }

    [Fact]
    public void A_heavy_host_that_is_unhealthy_leaves_its_share_to_the_light_one()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 100, 1));
        world.SetHealth(failed: true, 0);
        Assert.Equal([0, 10], world.Count(10));
    }

    [Fact]
    public void A_change_of_weight_counts_at_once()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 1, 1));
        Assert.Equal([10, 10], world.Count(20));
        world.Update(BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 1, 3));
        Assert.Equal([10, 30], world.Count(40));
    }

    [Fact]
    public void While_hosts_come_and_go_a_heavy_one_gets_no_more_than_its_share()
    {
        ulong seed = BalancerWorld.NewSeed();
        BalancerWorld world = new(
            BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, [2, .. Enumerable.Repeat(1, 19)]), seed: seed);
        int heavy = 0;
        for (int i = 0; i < 4000; i++)
        {
            world.SetHealth(failed: false, 1); // Publishes another set, as every change does.
            heavy += world.Pick() == world.Hosts[0] ? 1 : 0;
        }
        Assert.True(heavy is > 280 and < 520, $"seed {seed}: {heavy}"); // 2 of 21 are 381.
    }

    [Fact]
    public void Not_every_loop_begins_with_the_heaviest_host()
    {
        BalancerWorld world = new(
            BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 3, 2, 2, 2, 1), loopCount: 64);
        HashSet<Host> first = [.. Enumerable.Range(0, 64).Select(world.Pick)];
        Assert.Equal(5, first.Count);
    }
}
