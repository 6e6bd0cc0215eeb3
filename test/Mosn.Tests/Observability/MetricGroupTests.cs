using System.Text.RegularExpressions;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class MetricGroupTests
{
    private static readonly string[] s_threeNames = ["a", "b", "c"];

    [Fact]
    public void Loops_count_apart_and_are_read_as_one_sum()
    {
        MetricGroup group = new MetricRegistry(loops: 3, StatsMatcher.None).Downstream;
        group.Add(0, DownstreamMetric.RequestTotal);
        group.Add(2, DownstreamMetric.RequestTotal, 5);
        group.Add(2, DownstreamMetric.RequestActive, -1);
        group.AddShared((int)DownstreamMetric.RequestTotal, 10);

        Assert.Equal(16, group.Read(DownstreamMetric.RequestTotal));
        Assert.Equal(-1, group.Read(DownstreamMetric.RequestActive));
        Assert.Equal(0, group.Read(DownstreamMetric.RequestFailed));
    }

    [Fact]
    public void A_loops_numbers_are_made_by_its_first_use_and_then_nothing_is_allocated()
    {
        MetricGroup group = new MetricRegistry(1, StatsMatcher.None).Downstream;
        Assert.Equal(0, AddMany(group, 0));
        AddMany(group, 1);
        Assert.Equal(0, AddMany(group, 1000));
        Assert.Equal(1001, group.Read(DownstreamMetric.RequestTotal));
    }

    [Fact]
    public async Task Threads_that_share_a_metric_lose_nothing()
    {
        MetricGroup group = new MetricRegistry(1, StatsMatcher.None).Self;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                group.AddShared(SelfMetric.BugsTotal);
            }
        })));
        Assert.Equal(40_000, group.Read(SelfMetric.BugsTotal));
    }

    [Theory]
    [InlineData(200, DownstreamMetric.Request200Total)]
    [InlineData(206, DownstreamMetric.Request206Total)]
    [InlineData(416, DownstreamMetric.Request416Total)]
    [InlineData(504, DownstreamMetric.Request504Total)]
    [InlineData(201, DownstreamMetric.RequestOtherCode)]
    [InlineData(505, DownstreamMetric.RequestOtherCode)]
    [InlineData(int.MaxValue, DownstreamMetric.RequestOtherCode)]
    [InlineData(-1, DownstreamMetric.RequestOtherCode)]
    public void A_status_has_its_counter_or_the_common_one(int status, DownstreamMetric expected) =>
        Assert.Equal(expected, DownstreamMetrics.ForStatus(status));

    [Fact]
    public void Enums_and_schemas_name_the_same_metrics_in_the_same_order()
    {
        Assert.Equal(NamesOf<DownstreamMetric>(), NamesOf(DownstreamMetrics.Schema));
        Assert.Equal(NamesOf<UpstreamMetric>(), NamesOf(UpstreamMetrics.Cluster));
        Assert.Equal(
            NamesOf<UpstreamMetric>().Take((int)UpstreamMetric.RequestRetry), NamesOf(UpstreamMetrics.Host));
        Assert.Equal(NamesOf<SelfMetric>(), NamesOf(SelfMetrics.Schema));
    }

    [Fact]
    public void Labels_name_a_group_in_any_order()
    {
        MetricRegistry registry = new(1, StatsMatcher.None);
        MetricGroup group = registry.GetOrAdd(UpstreamMetrics.Host, ("host", "1.1.1.1:80"), ("cluster", "c"));
        Assert.Same(group, registry.GetOrAdd(UpstreamMetrics.Host, ("cluster", "c"), ("host", "1.1.1.1:80")));
        Assert.Equal("cluster.c.host.1.1.1.1:80", group.Namespace);
        Assert.NotSame(
            registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "a.b")),
            registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster.a", "b")));
    }

    [Fact]
    public void A_removed_group_is_exported_no_more_and_its_successor_begins_at_zero()
    {
        MetricRegistry registry = new(1, StatsMatcher.None);
        MetricGroup old = registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "c"));
        old.Add(0, UpstreamMetric.RequestTotal);

        Assert.True(registry.Remove(old));
        Assert.DoesNotContain(old, registry.Snapshot());
        MetricGroup next = registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "c"));
        Assert.Equal(0, next.Read(UpstreamMetric.RequestTotal));
        Assert.False(registry.Remove(old));
        Assert.Contains(next, registry.Snapshot());
    }

    [Fact]
    public void What_the_matcher_excludes_can_be_counted_and_is_not_shown()
    {
        MetricRegistry registry = new(2, new StatsMatcher(RejectAll: false, ["host"], []));
        MetricGroup host = registry.GetOrAdd(UpstreamMetrics.Host, ("cluster", "c"), ("host", "h"));
        MetricGroup value = registry.GetOrAdd(UpstreamMetrics.Cluster, ("cluster", "host"));
        host.Add(1, UpstreamMetric.RequestTotal);
        host.Record(1, UpstreamMetric.RequestDurationTime, 7);
        host.AddShared(UpstreamMetric.RequestTotal);

        Assert.DoesNotContain(host, registry.Snapshot());
        Assert.Equal(0, host.Read(UpstreamMetric.RequestTotal));
        Assert.Equal(0, host.ReadHistogram((int)UpstreamMetric.RequestDurationTime).Count);
        Assert.Contains(value, registry.Snapshot());
        Assert.Empty(new MetricRegistry(1, new StatsMatcher(RejectAll: true, [], [])).Snapshot());
    }

    [Fact]
    public void Histograms_of_all_loops_are_merged()
    {
        MetricGroup group = new MetricRegistry(2, StatsMatcher.None).Downstream;
        group.Record(0, DownstreamMetric.RequestTime, 5);
        group.Record(1, DownstreamMetric.RequestTime, 1_000_000);
        group.Record(1, DownstreamMetric.ProcessTime, 3);

        MetricHistogram times = group.ReadHistogram((int)DownstreamMetric.RequestTime);
        Assert.Equal((2, 5, 1_000_000, 1_000_005), (times.Count, times.Min, times.Max, times.Sum));
        Assert.Equal(1, group.ReadHistogram((int)DownstreamMetric.ProcessTime).Count);
    }

    [Fact]
    public void A_schema_finds_its_metrics_by_name()
    {
        MetricSchema schema = new("t", [.. s_threeNames.Select(static name =>
            name == "b" ? MetricDefinition.Unused : new MetricDefinition(name, MetricKind.Counter, ""))]);
        Assert.Equal([0, -1, 2], s_threeNames.Select(schema.IndexOf));
        Assert.Equal(-1, schema.IndexOf(""));
    }

    private static long AddMany(MetricGroup group, int count)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            group.Add(0, DownstreamMetric.RequestTotal);
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static IEnumerable<string> NamesOf(MetricSchema schema) =>
        Enumerable.Range(0, schema.Count).Select(index => schema[index].Name);

    private static IEnumerable<string> NamesOf<TEnum>()
        where TEnum : struct, Enum =>
        Enum.GetNames<TEnum>().Select(static name =>
            Regex.Replace(name, "(?<=[a-z])(?=[A-Z0-9])(?!(?<=Http)2)|(?<=[0-9])(?=[A-Z])", "_").ToLowerInvariant());
}
