using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Balancing;

public class SubsetTests
{
    private static readonly (string Name, string Labels)[] Seven =
    [
        ("e1", "stage=prod version=1.0 type=std xlarge=true"),
        ("e2", "stage=prod version=1.0 type=std"),
        ("e3", "stage=prod version=1.1 type=std"),
        ("e4", "stage=prod version=1.1 type=std"),
        ("e5", "stage=prod version=1.0 type=bigmem"),
        ("e6", "stage=prod version=1.1 type=bigmem"),
        ("e7", "stage=dev version=1.2-pre type=std"),
    ];

    private static readonly SubsetConfig Subsets = new()
    {
        SubsetSelectors = [["type", "stage"], ["stage", "version", "stage"], ["version"], ["xlarge", "version"]],
    };

    [Theory]
    [InlineData("stage=prod version=1.0", "e1 e2 e5")]
    [InlineData("version=1.0 stage=prod", "e1 e2 e5")]
    [InlineData("stage=prod version=1.1", "e3 e4 e6")]
    [InlineData("stage=prod type=std", "e1 e2 e3 e4")]
    [InlineData("version=1.0", "e1 e2 e5")]
    [InlineData("version=1.0 xlarge=true", "e1")]
    [InlineData("stage=dev type=std", "e7")]
    [InlineData("stage=prod", "")]
    [InlineData("stage=prod version=9", "")]
    [InlineData("", "")]
    [InlineData(null, "e1 e2 e3 e4 e5 e6 e7")]
    public void Labels_choose_the_hosts(string? criteria, string hosts)
    {
        BalancerWorld world = new(Config(Subsets));
        Assert.Equal(hosts, Picked(world, criteria));
        Assert.Equal(0, world.Cluster.Metrics.Read(UpstreamMetric.LbSubsetsFallback));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "e1 e2 e3 e4 e5 e6 e7")]
    [InlineData(2, "e7")]
    public void What_matches_nothing_goes_by_the_fallback_policy(int policy, string hosts)
    {
        BalancerWorld world = new(Config(Subsets with
        {
            FallbackPolicy = policy,
            DefaultSubset = new Dictionary<string, string> { ["stage"] = "dev" },
        }));
        Assert.Equal(hosts, Picked(world, "stage=prod"));
        Assert.Equal(hosts, Picked(world, "stage=prod version=9"));
        Assert.Equal(hosts, Picked(world, ""));
        Assert.Equal(policy == 0 ? 0 : 300, world.Cluster.Metrics.Read(UpstreamMetric.LbSubsetsFallback));
        Assert.Equal("e1 e2 e3 e4 e5 e6 e7", Picked(world, null));
    }

    [Fact]
    public void A_subset_without_healthy_hosts_falls_back()
    {
        BalancerWorld world = new(Config(Subsets with { FallbackPolicy = 1 }));
        world.SetHealth(failed: true, 6);
        Assert.Equal("e1 e2 e3 e4 e5 e6", Picked(world, "stage=dev type=std"));
    }

    [Fact]
    public void Panic_is_for_each_subset()
    {
        BalancerWorld world = new(Config(Subsets) with { PanicThreshold = 50 });
        world.SetHealth(failed: true, 0, 1);
        Assert.Equal("e1 e2 e5", Picked(world, "version=1.0"));
        Assert.Equal("e1", Picked(world, "version=1.0 xlarge=true"));
        Assert.Equal(200, world.Cluster.Metrics.Read(UpstreamMetric.LbHealthyPanic));
        Assert.Equal("e3 e4 e6", Picked(world, "version=1.1"));
        Assert.Equal("e3 e4 e5 e6 e7", Picked(world, null));
        Assert.Equal(200, world.Cluster.Metrics.Read(UpstreamMetric.LbHealthyPanic));
    }

    [Fact]
    public void The_number_of_subsets_is_a_metric()
    {
        BalancerWorld world = new(Config(Subsets));

        // Three of stage and type, three of stage and version, three of version, one with xlarge.
        Assert.Equal(10, world.Cluster.Metrics.Read(UpstreamMetric.LbSubsetsCreated));
        world.Update(Config(Subsets) with { Hosts = [.. Config(Subsets).Hosts.Take(6)] });
        Assert.Equal(7, world.Cluster.Metrics.Read(UpstreamMetric.LbSubsetsCreated));
    }

    [Fact]
    public void Each_subset_goes_round_by_itself()
    {
        BalancerWorld world = new(Config(Subsets));
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 300; i++)
        {
            Count("version=1.0");
            Count("version=1.1");
        }
        Assert.All(counts.Values, static count => Assert.Equal(100, count));

        void Count(string criteria)
        {
            string name = world.Pick(new PickContext(0) { Criteria = Criteria(criteria) })!.HostName!;
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }
    }

    [Fact]
    public void A_change_of_labels_moves_a_host()
    {
        BalancerWorld world = new(Config(Subsets));
        ClusterConfig config = Config(Subsets);
        world.Update(config with
        {
            Hosts = [config.Hosts[0] with { Metadata = config.Hosts[6].Metadata }, .. config.Hosts.Skip(1)],
        });
        Assert.Equal("e1 e7", Picked(world, "stage=dev type=std"));
        Assert.Equal("e2 e5", Picked(world, "version=1.0"));
    }

    [Theory]
    [InlineData(LoadBalancerType.Maglev)]
    [InlineData(LoadBalancerType.WeightedRoundRobin)]
    public void A_change_prepares_only_the_subsets_that_the_host_is_in(LoadBalancerType type)
    {
        CountingBalancer counting = new();
        LoadBalancerRegistry registry = new LoadBalancerRegistry().Add(type, _ => counting)
            .Wrap(Mosn.Proxy.Balancing.SubsetBalancer.Wrap);
        ClusterConfig config = Config(new SubsetConfig { SubsetSelectors = [["shard"]] }) with
        {
            LbType = type,
            Hosts =
            [
                .. BalancerWorld.HostConfigs(1000).Select(static (host, i) => host with
                {
                    Metadata = new Dictionary<string, string> { ["shard"] = $"{i % 100}" },
                }),
            ],
        };
        ClusterDirectory directory = new(new ClusterServices
        {
            Registry = new MetricRegistry(1, StatsMatcher.None),
            Balancers = registry,
            Protocols = new UpstreamProtocols([]),
        });
        directory.AddOrUpdate(config);
        Assert.Equal(101, counting.Prepared); // And all hosts together.

        Cluster cluster = directory.Get("c").Current!;
        cluster.SetHealth([cluster.Current.Hosts.All[5]], HostHealth.FailedActiveCheck, failed: true);
        Assert.Equal(103, counting.Prepared);
        directory.AddOrUpdate(config with { Hosts = [config.Hosts[0] with { Weight = 3 }, .. config.Hosts.Skip(1)] });
        Assert.Equal(105, counting.Prepared);
        directory.AddOrUpdate(config with { Hosts = [config.Hosts[0] with { Weight = 3 }, .. config.Hosts.Skip(1)] });
        Assert.Equal(105, counting.Prepared);
    }

    [Fact]
    public void The_same_configuration_read_again_keeps_the_balancer()
    {
        BalancerWorld world = new(Config(Subsets));
        ILoadBalancer balancer = world.Balancer;
        world.Update(Config(Subsets with { SubsetSelectors = [.. Subsets.SubsetSelectors.Select(static s => s.ToArray())] }));
        Assert.Same(balancer, world.Balancer);
        world.Update(Config(Subsets with { FallbackPolicy = 1 }));
        Assert.NotSame(balancer, world.Balancer);
    }

    private static ClusterConfig Config(SubsetConfig subsets) => new()
    {
        Name = "c",
        PanicThreshold = 0,
        LbSubsetConfig = subsets,
        Hosts =
        [
            .. Seven.Select(static (host, i) => UpstreamWorld.HostConfig($"10.0.0.{i + 1}:80") with
            {
                HostName = host.Name,
                Metadata = Labels(host.Labels),
            }),
        ],
    };

    private static Dictionary<string, string> Labels(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(static label => label.Split('='))
        .ToDictionary(static label => label[0], static label => label[1]);

    private static MetadataCriteria? Criteria(string? text) => text is null ? null : new MetadataCriteria(Labels(text));

    /// <summary>The names of the hosts that a hundred picks give.</summary>
    private static string Picked(BalancerWorld world, string? criteria) => string.Join(' ', Enumerable.Range(0, 100)
        .Select(_ => world.Cluster.PickHost(new PickContext(0) { Criteria = Criteria(criteria) })?.HostName)
        .Distinct().Order());

    private sealed class CountingBalancer : ILoadBalancer
    {
        public int Prepared { get; private set; }

        public object? Prepare(HostSet hosts, HostSet? previous)
        {
            Prepared++;
            return null;
        }

        public Host? Pick(HostSet hosts, in PickContext context) => null;
    }
}
