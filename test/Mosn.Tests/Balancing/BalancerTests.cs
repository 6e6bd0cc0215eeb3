using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Balancing;

public class BalancerTests
{
    private static readonly string[] Four = ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"];

    [Fact]
    public void Round_robin_gives_each_healthy_host_its_turn()
    {
        ReadOnlySpan<Host> hosts = Hosts(Four);
        hosts[1].Health = HostHealth.FailedActiveCheck;
        hosts[3].Health = HostHealth.FailedOutlierCheck;
        Dictionary<Host, int> picks = Pick(new RoundRobinBalancer(1, seed: 3), new HostSet([.. hosts]), 1000);

        Assert.Equal(2, picks.Count);
        Assert.Equal(500, picks[hosts[0]]);
        Assert.Equal(500, picks[hosts[2]]);
    }

    [Fact]
    public void Round_robin_goes_on_when_hosts_come_and_go()
    {
        ReadOnlySpan<Host> hosts = Hosts(Four);
        RoundRobinBalancer balancer = new(1, seed: 9);
        HostSet all = new([.. hosts]), some = new([.. hosts[..2]]);

        for (int i = 0; i < 100; i++)
        {
            HostSet set = i % 3 == 0 ? some : all;
            Assert.True(set.All.Contains(balancer.Pick(set, new PickContext(0))!));
        }
    }

    [Fact]
    public void Loops_begin_anywhere()
    {
        HostSet hosts = new([.. Hosts(Four)]);
        RoundRobinBalancer balancer = new(64, seed: 5);
        HashSet<Host?> first = [.. Enumerable.Range(0, 64).Select(loop => balancer.Pick(hosts, new PickContext(loop)))];
        Assert.Equal(4, first.Count);
    }

    [Fact]
    public void Random_spreads_evenly_over_the_healthy_hosts()
    {
        ReadOnlySpan<Host> hosts = Hosts(Four);
        hosts[2].Health = HostHealth.FailedActiveCheck;
        Dictionary<Host, int> picks = Pick(new RandomBalancer(1, seed: 11), new HostSet([.. hosts]), 30_000);

        Assert.Equal(3, picks.Count);
        Assert.All(picks.Values, static count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void A_seed_gives_the_same_hosts_again()
    {
        HostSet hosts = new([.. Hosts(Four)]);
        RandomBalancer one = new(1, seed: 21), two = new(1, seed: 21), other = new(1, seed: 22);
        Host?[] Sequence(RandomBalancer balancer) =>
            [.. Enumerable.Range(0, 50).Select(_ => balancer.Pick(hosts, new PickContext(0)))];

        Host?[] sequence = Sequence(one);
        Assert.Equal(sequence, Sequence(two));
        Assert.NotEqual(sequence, Sequence(other));
    }

    [Theory]
    [InlineData(LoadBalancerType.Random)]
    [InlineData(LoadBalancerType.RoundRobin)]
    [InlineData(LoadBalancerType.Maglev)]
    public void Nothing_healthy_gives_nothing(LoadBalancerType type)
    {
        ILoadBalancer balancer = Mosn.Proxy.Server.Extensions.BuiltIn().Balancers.Create(
            new LoadBalancerSettings(new ClusterConfig { LbType = type }, 1, 1, static () => throw new NotSupportedException()));
        Assert.Null(balancer.Pick(HostSet.Empty, new PickContext(0)));

        Host only = Hosts(Four[0])[0];
        Assert.Same(only, balancer.Pick(new HostSet([only]), new PickContext(0)));
        only.Health = HostHealth.FailedActiveCheck;
        Assert.Null(balancer.Pick(new HostSet([only]), new PickContext(0)));
    }

    [Fact]
    public void Picking_costs_no_allocation()
    {
        HostSet hosts = new([.. Hosts(Four)]);
        ILoadBalancer[] balancers = [new RandomBalancer(1, 1), new RoundRobinBalancer(1, 1)];
        foreach (ILoadBalancer balancer in balancers)
        {
            balancer.Pick(hosts, new PickContext(0));
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                balancer.Pick(hosts, new PickContext(0));
            }
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static ReadOnlySpan<Host> Hosts(params string[] addresses) =>
        new UpstreamWorld().Add(UpstreamWorld.Config("c", addresses)).Current.Hosts.All;

    private static Dictionary<Host, int> Pick(ILoadBalancer balancer, HostSet hosts, int times) =>
        Enumerable.Range(0, times).Select(_ => balancer.Pick(hosts, new PickContext(0))!)
            .CountBy(static host => host).ToDictionary();
}
