using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class PeakEwmaTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void The_fastest_of_a_small_cluster_gets_the_request()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 20 * Ms);
        Learn(world, 1, 10 * Ms);
        Assert.Equal([0, 20], world.Count(20));
    }

    [Fact]
    public void A_fast_host_that_is_busy_loses_to_a_slow_one_that_is_idle()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 20 * Ms);
        Learn(world, 1, 10 * Ms);
        world.SetActive(1, UpstreamMetric.RequestActive, 3);
        Assert.Equal([20, 0], world.Count(20));
    }

    [Fact]
    public void Errors_make_a_host_worse_even_if_they_come_quickly()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 10 * Ms);
        Learn(world, 1, 5 * Ms, status: 503);
        Assert.Equal([20, 0], world.Count(20));
    }

    [Fact]
    public void A_host_that_refuses_connections_does_not_count_as_fast()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 10 * Ms);
        for (int i = 0; i < 50; i++)
        {
            Balancer(world).Learn(
                world.Hosts[1], 0, world.Clock.NowMs, new TryOutcome(TryResult.ConnectFailed, 0, DurationNs: 1000));
        }
        Assert.Equal([20, 0], world.Count(20));
    }

    [Fact]
    public void A_slow_host_is_tried_again_after_a_while()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 10 * Ms);
        Learn(world, 1, 100 * Ms);
        world.SetActive(0, UpstreamMetric.RequestActive, 1);
        Assert.Equal([20, 0], world.Count(20));

        // Nothing is heard of it, and it counts as like the others more and more.
        for (int second = 0; second < 60; second++)
        {
            world.Pass(TimeSpan.FromSeconds(1));
            Learn(world, 0, 10 * Ms, tries: 1);
        }
        Assert.Equal([0, 20], world.Count(20));
    }

    [Fact]
    public void What_all_loops_learned_counts()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.PeakEwma, 2), loopCount: 3);
        Learn(world, 0, 10 * Ms, loop: 1);
        Learn(world, 1, 30 * Ms, loop: 2);
        Assert.Same(world.Hosts[0], world.Pick(loop: 0));
    }

    [Fact]
    public void With_weights_turns_follow_weight_and_speed()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.PeakEwma, 1, 4));
        Learn(world, 0, 10 * Ms);
        Learn(world, 1, 20 * Ms);
        int[] counts = world.Count(3000);
        Assert.InRange(counts[1] / (double)counts[0], 1.9, 2.1);
    }

    [Fact]
    public void What_was_learned_stays_with_a_host_and_goes_with_it()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Learn(world, 0, 10 * Ms);
        Learn(world, 1, 20 * Ms);
        object? learned = world.Hosts[0].Learned;
        world.Update(BalancerWorld.Config(LoadBalancerType.PeakEwma, 2) with
        {
            BalancerSettings = new BalancerSettingsConfig { ChoiceCount = 3 },
        });
        Assert.Same(learned, world.Hosts[0].Learned);
        Assert.Equal([20, 0], world.Count(20));

        world.Update(BalancerWorld.Config(LoadBalancerType.PeakEwma, 2) with { Hosts = [BalancerWorld.HostConfigs(2)[1]] });
        world.Update(BalancerWorld.Config(LoadBalancerType.PeakEwma, 2));
        Assert.NotSame(learned, world.Hosts[0].Learned);
    }

    [Fact]
    public void The_cluster_tells_it_of_every_try()
    {
        BalancerWorld world = new(LoadBalancerType.PeakEwma, hostCount: 2);
        Assert.Same(world.Balancer, Assert.Single(world.Cluster.Current.Observers));

        BalancerWorld subsets = new(BalancerWorld.Config(LoadBalancerType.PeakEwma, 2) with
        {
            LbSubsetConfig = new SubsetConfig { SubsetSelectors = [["a"]] },
        });
        Assert.IsType<PeakEwmaBalancer>(Assert.Single(subsets.Cluster.Current.Observers));
    }

    [Fact]
    public void Averages_fade_as_in_MOSN()
    {
        TryAverages averages = new(loopCount: 2);
        averages.Add(0, 1_000, new TryOutcome(TryResult.Answered, 404, 6));
        averages.Add(1, 31_000, new TryOutcome(TryResult.Answered, 200, 10));
        TrySums sums = averages.Read(31_000);
        Assert.Equal(1 + Math.Exp(-5), sums.Tries, precision: 6);
        Assert.Equal(Math.Exp(-5), sums.ClientErrors, precision: 6);
        Assert.Equal(10 + (6 * Math.Exp(-5)), sums.DurationNs, precision: 6);
        Assert.Equal(0, averages.Read(1_000_000).Tries);
    }

    private static PeakEwmaBalancer Balancer(BalancerWorld world) => Assert.IsType<PeakEwmaBalancer>(world.Balancer);

    private static void Learn(
        BalancerWorld world, int host, long durationNs, int status = 200, int tries = 10, int loop = 0)
    {
        for (int i = 0; i < tries; i++)
        {
            Balancer(world).Learn(
                world.Hosts[host], loop, world.Clock.NowMs, new TryOutcome(TryResult.Answered, status, durationNs));
        }
    }
}
