using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Tests.Balancing;

public class LeastActiveTests
{
    [Theory]
    [InlineData(LoadBalancerType.LeastRequest, UpstreamMetric.RequestActive)]
    [InlineData(LoadBalancerType.LeastConnection, UpstreamMetric.ConnectionActive)]
    public void Of_two_hosts_the_less_busy_one_gets_the_request(LoadBalancerType type, UpstreamMetric metric)
    {
        BalancerWorld world = new(type, hostCount: 2);
        world.SetActive(0, metric, 3);
        world.SetActive(1, metric, 2);
        Assert.Equal([0, 50], world.Count(50));
        world.SetActive(0, metric, 1);
        Assert.Equal([50, 0], world.Count(50));
    }

    [Fact]
    public void The_busiest_of_all_is_never_chosen_and_the_idlest_most_often()
    {
        ulong seed = BalancerWorld.NewSeed();
        BalancerWorld world = new(LoadBalancerType.LeastRequest, hostCount: 5, seed);
        for (int i = 0; i < 5; i++)
        {
            world.SetActive(i, UpstreamMetric.RequestActive, 10 * i);
        }

        // Of ten pairs the idlest wins four, the next three, two, one; the busiest none.
        int[] counts = world.Count(10_000);
        int[] expected = [4000, 3000, 2000, 1000, 0];
        Assert.All(counts.Zip(expected), pair => // Six standard deviations and less.
            Assert.True(Math.Abs(pair.First - pair.Second) < 300, $"seed {seed}: {string.Join(' ', counts)}"));
    }

    [Fact]
    public void Idle_hosts_are_chosen_evenly()
    {
        ulong seed = BalancerWorld.NewSeed();
        foreach (uint choices in (uint[])[1, 2, 3, 7, 100])
        {
            ClusterConfig config = BalancerWorld.Config(LoadBalancerType.LeastRequest, 8) with
            {
                BalancerSettings = new BalancerSettingsConfig { ChoiceCount = choices },
            };
            int[] counts = new BalancerWorld(config, seed: seed).Count(8000);
            Assert.All(counts, count =>
                Assert.True(count is > 810 and < 1190, $"seed {seed}, {choices} choices: {string.Join(' ', counts)}"));
        }
    }

    [Fact]
    public void Enough_choices_always_find_the_idlest()
    {
        ClusterConfig config = BalancerWorld.Config(LoadBalancerType.LeastRequest, 8) with
        {
            BalancerSettings = new BalancerSettingsConfig { ChoiceCount = 8 },
        };
        BalancerWorld world = new(config);
        for (int i = 0; i < 8; i++)
        {
            world.SetActive(i, UpstreamMetric.RequestActive, i == 5 ? 1 : 2);
        }
        Assert.Equal(100, world.Count(100)[5]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(0)]
    public void With_weights_the_share_is_weight_over_load(double bias)
    {
        ClusterConfig config = BalancerWorld.Config(LoadBalancerType.LeastRequest, [.. Enumerable.Range(1, 10)]) with
        {
            BalancerSettings = new BalancerSettingsConfig { ActiveRequestBias = bias },
        };
        BalancerWorld world = new(config);
        for (int i = 0; i < 10; i++)
        {
            world.SetActive(i, UpstreamMetric.RequestActive, i + 1);
        }
        double[] shares = [.. Enumerable.Range(1, 10).Select(i => i / Math.Pow(i + 1, bias))];
        int[] counts = world.Count(100_000);
        Assert.All(counts.Zip(shares), pair => Assert.Equal(100_000 * pair.Second / shares.Sum(), pair.First, 2.0));
    }

    [Fact]
    public void Hosts_that_statistics_leave_out_are_counted_all_the_same()
    {
        MetricRegistry registry = new(1, new StatsMatcher(true, [], []));
        ClusterDirectory directory = new(new ClusterServices
        {
            Registry = registry,
            Balancers = Mosn.Proxy.Server.Extensions.BuiltIn().Balancers,
            Protocols = new UpstreamProtocols([]),
        });
        directory.AddOrUpdate(BalancerWorld.Config(LoadBalancerType.LeastRequest, 2));
        Host host = directory.Get("c").Current!.Current.Hosts.All[0];
        host.Metrics.Add(0, UpstreamMetric.RequestActive, 4);
        Assert.Equal(4, host.ActiveRequests);
        Assert.False(directory.Get("c").Current!.Metrics.IsExported);
        Assert.DoesNotContain(registry.Snapshot(), static group => group.Schema == UpstreamMetrics.Host);
    }

    [Fact]
    public void A_draw_gives_each_index_once()
    {
        LoopRandom random = new(1, BalancerWorld.NewSeed());
        int[] drawn = new int[6];
        for (int count = 1; count < 12; count++)
        {
            for (int i = 0; i < 200; i++)
            {
                Span<int> indexes = random.Draw(0, count, drawn);
                Assert.Equal(Math.Min(count, 6), indexes.ToArray().Distinct().Count());
                Assert.All(indexes.ToArray(), index => Assert.InRange(index, 0, count - 1));
            }
        }
    }
}
