using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class RoundRobinTests
{
    [Fact]
    public void Each_healthy_host_gets_its_turn()
    {
        BalancerWorld world = new(LoadBalancerType.RoundRobin, hostCount: 4);
        world.SetHealth(failed: true, 1, 3);
        Assert.Equal([500, 0, 500, 0], world.Count(1000));
    }

    [Fact]
    public void The_round_goes_on_when_hosts_come_and_go()
    {
        BalancerWorld world = new(LoadBalancerType.RoundRobin, hostCount: 4);
        Host first = world.Pick();
        world.Update(BalancerWorld.Config(LoadBalancerType.RoundRobin, 5));
        Assert.NotSame(first, world.Pick());

        world.Update(BalancerWorld.Config(LoadBalancerType.RoundRobin, 1));
        Assert.Same(world.Hosts[0], world.Pick());
    }

    [Fact]
    public void Loops_begin_anywhere()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.RoundRobin, 4), loopCount: 64);
        HashSet<Host> first = [.. Enumerable.Range(0, 64).Select(world.Pick)];
        Assert.Equal(4, first.Count);
    }

    [Fact]
    public void Random_spreads_evenly_over_the_healthy_hosts()
    {
        ulong seed = BalancerWorld.NewSeed();
        BalancerWorld world = new(LoadBalancerType.Random, hostCount: 4, seed);
        world.SetHealth(failed: true, 2);
        int[] counts = world.Count(30_000);
        Assert.Equal(0, counts[2]);
        Assert.All([counts[0], counts[1], counts[3]], count => // Six standard deviations.
            Assert.True(count is > 9_510 and < 10_490, $"seed {seed}: {count}"));
    }

    [Fact]
    public void Request_round_robin_begins_every_request_with_the_first_host()
    {
        BalancerWorld world = new(LoadBalancerType.RequestRoundRobin, hostCount: 4);
        Assert.Same(world.Hosts[0], world.Pick());
        Assert.Same(world.Hosts[0], world.Pick());
        for (int attempt = 0; attempt < 9; attempt++)
        {
            Assert.Same(world.Hosts[attempt % 4], world.Pick(new PickContext(0) { Attempt = attempt }));
        }
        world.SetHealth(failed: true, 0, 2);
        Assert.Same(world.Hosts[1], world.Pick());
        Assert.Same(world.Hosts[3], world.Pick(new PickContext(0) { Attempt = 1 }));
    }
}
