using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class PanicTests
{
    [Theory]
    [InlineData(50, 2, false)]
    [InlineData(50, 3, true)]
    [InlineData(50, 4, true)]
    [InlineData(0, 3, false)]
    [InlineData(100, 1, true)]
    public void When_too_few_are_healthy_all_are_used(uint threshold, int failed, bool panics)
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.RoundRobin, 4) with { PanicThreshold = threshold });
        for (int i = 0; i < failed; i++)
        {
            world.SetHealth(failed: true, i);
        }
        HashSet<Host?> picked = [.. Enumerable.Range(0, 40).Select(_ => world.Cluster.PickHost(new PickContext(0)))];
        Assert.Equal(panics ? 4 : 4 - failed, picked.Count);
        Assert.Equal(panics ? 40 : 0, world.Cluster.Metrics.Read(UpstreamMetric.LbHealthyPanic));
    }

    [Theory]
    [MemberData(nameof(EveryBalancerTests.Types), MemberType = typeof(EveryBalancerTests))]
    public void Every_balancer_finds_a_host_when_none_is_healthy(LoadBalancerType type)
    {
        BalancerWorld world = new(BalancerWorld.Config(type, 3) with { PanicThreshold = 50 });
        world.SetHealth(failed: true, 0, 1, 2);
        HashSet<Host?> picked =
        [
            .. Enumerable.Range(0, 200)
                .Select(i => world.Pick(new PickContext(0) { Hash = (ulong)i, Attempt = i % 3, NowMs = world.Clock.NowMs })),
        ];
        Assert.Equal(3, picked.Count);
        Assert.DoesNotContain(null, picked);
    }

    [Fact]
    public void A_changed_threshold_counts_at_once()
    {
        BalancerWorld world = new(BalancerWorld.Config(LoadBalancerType.RoundRobin, 2));
        world.SetHealth(failed: true, 0, 1);
        Assert.Null(world.Pick(new PickContext(0)));
        world.Update(BalancerWorld.Config(LoadBalancerType.RoundRobin, 2) with { PanicThreshold = 50 });
        Assert.NotNull(world.Pick(new PickContext(0)));
    }
}
