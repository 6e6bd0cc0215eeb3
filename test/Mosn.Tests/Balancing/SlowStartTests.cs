using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class SlowStartTests
{
    private static readonly SlowStartConfig TenSeconds = new() { Mode = "duration", Duration = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(10, 0, 0.1)]
    [InlineData(10, 5, 0.5)]
    [InlineData(10, 10, 1)]
    [InlineData(10, 100, 1)]
    [InlineData(20, 5, 0.25)]
    [InlineData(20, 0, 0.1)]
    [InlineData(2, 0, 0.5)]
    [InlineData(0, 0, 1)]
    public void The_share_rises_with_time(int windowSeconds, int elapsedSeconds, double share)
    {
        SlowStart slowStart = SlowStart.Of(TenSeconds with { Duration = TimeSpan.FromSeconds(windowSeconds) });
        Assert.Equal(share, slowStart.Share(sinceMs: 5_000, nowMs: 5_000 + (1000 * elapsedSeconds)), precision: 9);
        Assert.Equal(1, slowStart.Share(sinceMs: null, nowMs: 0));
    }

    [Fact]
    public void Aggression_bends_the_rise()
    {
        SlowStart slowStart = SlowStart.Of(TenSeconds with { Aggression = 2, MinWeightPercent = 0.01 });
        Assert.Equal(Math.Sqrt(0.25), slowStart.Share(0, 2_500), precision: 9);
    }

    [Fact]
    public void Without_a_mode_nobody_is_slow() =>
        Assert.Equal(1, SlowStart.Of(TenSeconds with { Mode = "" }).Share(0, 0));

    [Theory]
    [InlineData(LoadBalancerType.WeightedRoundRobin)]
    [InlineData(LoadBalancerType.LeastRequest)]
    [InlineData(LoadBalancerType.LeastConnection)]
    [InlineData(LoadBalancerType.PeakEwma)]
    public void A_host_that_joins_others_gets_its_share_little_by_little(LoadBalancerType type)
    {
        ulong seed = BalancerWorld.NewSeed();
        BalancerWorld world = new(BalancerWorld.Config(type, 2) with { SlowStart = TenSeconds }, seed: seed);
        Assert.All(world.Count(200), count => Assert.True(count > 50, $"seed {seed}"));

        world.Update(BalancerWorld.Config(type, 3) with { SlowStart = TenSeconds });
        AssertShare(world.Count(2100), 0.1 / 2.1, seed);
        world.Pass(TimeSpan.FromSeconds(5));
        world.Count(500); // What was planned with the old share.
        AssertShare(world.Count(2500), 0.5 / 2.5, seed);
        world.Pass(TimeSpan.FromSeconds(5));
        Assert.InRange(world.Count(3000)[2], 800, 1200);
    }

    [Fact]
    public void A_host_that_recovers_starts_slowly_too()
    {
        BalancerWorld world = new(
            BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 2) with { SlowStart = TenSeconds });
        world.SetHealth(failed: true, 1);
        world.Pass(TimeSpan.FromMinutes(1));
        world.SetHealth(failed: false, 1);
        AssertShare(world.Count(1100), 0.1 / 1.1, seed: 1);
        Assert.Null(world.Hosts[0].UsableSinceMs);
    }

    [Fact]
    public void Time_of_a_host_goes_on_over_an_update()
    {
        ClusterConfig config = BalancerWorld.Config(LoadBalancerType.WeightedRoundRobin, 3) with { SlowStart = TenSeconds };
        BalancerWorld world = new(config with { Hosts = BalancerWorld.HostConfigs(2) });
        world.Update(config);
        long? since = world.Hosts[2].UsableSinceMs;
        world.Pass(TimeSpan.FromSeconds(3));
        world.Update(config with { Hosts = BalancerWorld.HostConfigs(4) });
        Assert.Equal(since, world.Hosts[2].UsableSinceMs);
        Assert.Equal(since + 3000, world.Hosts[3].UsableSinceMs);
    }

    private static void AssertShare(int[] counts, double share, ulong seed) => Assert.True(
        Math.Abs(((double)counts[^1] / counts.Sum()) - share) < 0.02, $"seed {seed}: {string.Join(' ', counts)}");
}
