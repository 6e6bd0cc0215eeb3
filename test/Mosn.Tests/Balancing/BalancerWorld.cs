using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Balancing;

/// <summary>One cluster with hosts 10.0.0.1, 10.0.0.2 and so on, from which a test picks.</summary>
internal sealed class BalancerWorld
{
    private readonly UpstreamWorld _world;

    public BalancerWorld(ClusterConfig config, int loopCount = 1, ulong seed = 1, string localZone = "")
    {
        _world = new UpstreamWorld(loopCount, seed);
        _world.Directory.LocalZone = localZone;
        Cluster = _world.Add(config);
    }

    public BalancerWorld(LoadBalancerType type, int hostCount, ulong seed = 1)
        : this(Config(type, hostCount), seed: seed)
    {
    }

    public Cluster Cluster { get; }

    public HostSet Set => Cluster.Current.Hosts;

    public ILoadBalancer Balancer => Cluster.Current.Balancer;

    public ReadOnlySpan<Host> Hosts => Set.All;

    public ManualClock Clock => _world.Clock;

    /// <summary>Every balancer that needs no destination from the request.</summary>
    public static TheoryData<LoadBalancerType> AllTypes =>
        [.. Enum.GetValues<LoadBalancerType>().Where(static type => type != LoadBalancerType.OriginalDst)];

    /// <summary>A new seed for each run; a test that fails says which.</summary>
    public static ulong NewSeed() => (ulong)Random.Shared.NextInt64();

    public static ClusterConfig Config(LoadBalancerType type, int hostCount) => new()
    {
        Name = "c",
        LbType = type,
        PanicThreshold = 0,
        Hosts = HostConfigs(hostCount),
    };

    public static ClusterConfig Config(LoadBalancerType type, params ReadOnlySpan<int> weights)
    {
        HostConfig[] hosts = HostConfigs(weights.Length);
        for (int i = 0; i < hosts.Length; i++)
        {
            hosts[i] = hosts[i] with { Weight = weights[i] };
        }
        return new() { Name = "c", LbType = type, PanicThreshold = 0, Hosts = hosts };
    }

    public static HostConfig[] HostConfigs(int count) =>
        [.. Enumerable.Range(1, count).Select(static i => UpstreamWorld.HostConfig($"10.0.{i >> 8}.{i & 255}:80"))];

    public Host? Pick(in PickContext context) => Balancer.Pick(Set, context);

    public Host Pick(int loop = 0) => Pick(new PickContext(loop) { NowMs = Clock.NowMs })!;

    /// <summary>How often each host is picked, in the order of the hosts.</summary>
    public int[] Count(int picks, Func<int, PickContext>? context = null)
    {
        Dictionary<Host, int> counts = [];
        foreach (Host host in Hosts)
        {
            counts.Add(host, 0);
        }
        for (int i = 0; i < picks; i++)
        {
            counts[Pick(context?.Invoke(i) ?? new PickContext(0) { NowMs = Clock.NowMs })!]++;
        }
        int[] result = new int[Hosts.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = counts[Hosts[i]];
        }
        return result;
    }

    public void SetHealth(bool failed, params ReadOnlySpan<int> hosts)
    {
        foreach (int host in hosts)
        {
            Cluster.SetHealth([Hosts[host]], HostHealth.FailedActiveCheck, failed);
        }
    }

    public void SetActive(int host, UpstreamMetric metric, long count) =>
        Hosts[host].Metrics.Add(0, metric, count - Hosts[host].Metrics.Read(metric));

    public void Update(ClusterConfig config)
    {
        _world.Directory.AddOrUpdate(config);
        Assert.Same(Cluster, _world.Directory.Get(config.Name).Current);
    }

    public void Pass(TimeSpan time) => Clock.MoveTo(Clock.NowNs + (long)time.TotalNanoseconds);
}
