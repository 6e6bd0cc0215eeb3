using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Upstream;

namespace Mosn.Micro;

/// <summary>What choosing a host costs with each balancer, and what large clusters and many clusters cost to change.</summary>
internal sealed class UpstreamBench(Stopwatches watches)
{
    private const int PicksAtOnce = 1024;
    private const int Many = 10_000;

    private static readonly int[] Sizes = [10, 1_000, 10_000];

    private readonly StringBuilder _page = new();
    private readonly JsonArray _results = [];

    /// <summary>The page for people; <paramref name="json"/> gets the same for programs.</summary>
    public string Run(out JsonArray json)
    {
        MeasureChanges();
        MeasurePicks();
        _page.Append(new PoolBench(watches, _results).Run());
        json = _results;
        return _page.ToString();
    }

    private static ClusterConfig Config(string name, int hostCount, LoadBalancerType type, bool isWeighted) => new()
    {
        Name = name,
        LbType = type,
        Hosts = [.. Enumerable.Range(0, hostCount).Select(i => Host(i, isWeighted ? 1 + (i % 5) : 1))],
    };

    private static HostConfig Host(int index, int weight)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"10.{index >> 16}.{(index >> 8) & 255}.{index & 255}:80");
        return NetworkAddress.TryParse(text, out NetworkAddress address)
            ? new HostConfig
            {
                Address = address,
                Weight = weight,
                Metadata = new Dictionary<string, string> { ["shard"] = (index % 100).ToString(CultureInfo.InvariantCulture) },
            }
            : throw new InvalidOperationException(text);
    }

    private static ClusterDirectory Directory() => new(new ClusterServices
    {
        Registry = new MetricRegistry(1, StatsMatcher.None),
        Balancers = Extensions.BuiltIn().Balancers,
        Protocols = new UpstreamProtocols([]),
        Seed = 1,
    });

    private void MeasurePicks()
    {
        _page.Append("\n| balancer | ");
        _page.AppendJoin(" | ", Sizes.Select(static size => string.Create(CultureInfo.InvariantCulture, $"{size:#,0} hosts, ns")));
        _page.Append(" | B |\n| --- | --- | --- | --- | --- |\n");
        foreach (LoadBalancerType type in Enum.GetValues<LoadBalancerType>())
        {
            switch (type)
            {
                case LoadBalancerType.OriginalDst:
                    break; // Its hosts come with the requests.
                case LoadBalancerType.RoundRobin or LoadBalancerType.Random or LoadBalancerType.RequestRoundRobin:
                    MeasurePicks(type.ToString(), size => Config("c", size, type, isWeighted: false));
                    break;
                default:
                    MeasurePicks(type.ToString(), size => Config("c", size, type, isWeighted: false));
                    MeasurePicks($"{type}, weights", size => Config("c", size, type, isWeighted: true));
                    break;
            }
        }
        MeasurePicks("RoundRobin, subsets", static size => Config("c", size, LoadBalancerType.RoundRobin, isWeighted: false) with
        {
            LbSubsetConfig = new SubsetConfig { SubsetSelectors = [["shard"]] },
        });
    }

    private void MeasurePicks(string name, Func<int, ClusterConfig> config)
    {
        _page.Append(CultureInfo.InvariantCulture, $"| {name} ");
        double bytes = 0;
        foreach (int size in Sizes)
        {
            ClusterDirectory directory = Directory();
            directory.AddOrUpdate(config(size));
            Cluster cluster = directory.Get("c").Current!;
            MetadataCriteria? criteria = cluster.Current.Config.LbSubsetConfig is null
                ? null
                : new MetadataCriteria([KeyValuePair.Create("shard", "7")]);
            Learn(cluster);
            ulong hash = 0;
            Timing timing = watches.PerOperation(PicksAtOnce, () =>
            {
                for (int i = 0; i < PicksAtOnce; i++)
                {
                    cluster.PickHost(new PickContext(0) { Hash = hash++, Criteria = criteria, NowMs = 1 });
                }
            });
            bytes = Math.Max(bytes, timing.Bytes);
            _page.Append(
                CultureInfo.InvariantCulture, $"| {timing.MedianNs:0} ({timing.LeastNs:0}–{timing.MostNs:0}) ");
            _results.Add((JsonNode?)new JsonObject
            {
                ["case"] = "pick", ["balancer"] = name, ["hosts"] = size,
                ["median_ns"] = timing.MedianNs, ["least_ns"] = timing.LeastNs, ["most_ns"] = timing.MostNs,
                ["bytes"] = timing.Bytes,
            });
        }
        _page.Append(CultureInfo.InvariantCulture, $"| {bytes:0.##} |\n");
    }

    /// <summary>Lets a balancer that learns have something to compare.</summary>
    private static void Learn(Cluster cluster)
    {
        if (cluster.Current.Balancer is PeakEwmaBalancer balancer)
        {
            foreach (Host host in cluster.Current.Hosts.All)
            {
                balancer.Learn(host, loop: 0, nowMs: 1, new TryOutcome(TryResult.Answered, 200, host.Address.GetHashCode() & 0xFFFFF));
            }
        }
    }

    private void MeasureChanges()
    {
        _page.Append("| change | target ms | ms | |\n| --- | --- | --- | --- |\n");
        ClusterConfig large = Config("large", Many, LoadBalancerType.RoundRobin, isWeighted: false);
        ClusterConfig[] clusters =
        [
            .. Enumerable.Range(0, Many).Select(static i => Config(
                string.Create(CultureInfo.InvariantCulture, $"c{i}"), 3, LoadBalancerType.RoundRobin, isWeighted: false)),
        ];
        Change("10,000 hosts in a new cluster", 1000, () => Directory().AddOrUpdate(large));
        Change("10,000 clusters of 3 hosts", 1000, () => Directory().Apply(clusters));

        ClusterDirectory directory = Directory();
        directory.Apply(clusters);
        bool isFlipped = false;
        Change("one host of one of 10,000 clusters, all of them given", 10, () =>
        {
            isFlipped = !isFlipped;
            clusters[5_000] = clusters[5_000] with { Hosts = [Host(isFlipped ? 77 : 78, 1), .. clusters[5_000].Hosts.Skip(1)] };
            directory.Apply(clusters);
        });
        Change("the same, the one given", 10, () =>
        {
            isFlipped = !isFlipped;
            directory.AddOrUpdate(
                clusters[5_000] with { Hosts = [Host(isFlipped ? 77 : 78, 1), .. clusters[5_000].Hosts.Skip(1)] });
        });
        ChangeOneOf(large, "one host of 10,000 in a cluster");
        ChangeOneOf(large with { LbType = LoadBalancerType.RingHash }, "the same, on a ring");
        ChangeOneOf(large with { LbType = LoadBalancerType.Maglev }, "the same, in a Maglev table");
        ChangeOneOf(
            large with { LbSubsetConfig = new SubsetConfig { SubsetSelectors = [["shard"]] } }, "the same, in 100 subsets");
    }

    private void ChangeOneOf(ClusterConfig config, string what)
    {
        ClusterDirectory directory = Directory();
        directory.AddOrUpdate(config);
        Cluster cluster = directory.Get(config.Name).Current!;
        bool isFailed = false;
        Change($"{what}: its health", null, () =>
        {
            isFailed = !isFailed;
            cluster.SetHealth([cluster.Current.Hosts.All[5]], HostHealth.FailedActiveCheck, isFailed);
        });
        HostConfig[] hosts = [.. config.Hosts];
        bool isFlipped = false;
        Change($"{what}: another in its place", null, () =>
        {
            isFlipped = !isFlipped;
            hosts[5] = Host(isFlipped ? 50_000 : 60_000, 1) with { Metadata = hosts[5].Metadata };
            directory.AddOrUpdate(config with { Hosts = hosts });
        });
    }

    /// <param name="targetMs">Null: nothing is promised.</param>
    private void Change(string what, double? targetMs, Action change)
    {
        double ms = watches.Once(change);
        string verdict = targetMs is null ? "" : ms <= targetMs ? "pass" : "missed";
        string target = targetMs is null ? "–" : string.Create(CultureInfo.InvariantCulture, $"{targetMs:0}");
        _page.Append(CultureInfo.InvariantCulture, $"| {what} | {target} | {ms:0.00} | {verdict} |\n");
        _results.Add((JsonNode?)new JsonObject { ["case"] = what, ["target_ms"] = targetMs, ["median_ms"] = ms });
    }
}
