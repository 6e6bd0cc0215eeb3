using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class MetricTotalTests
{
    [Fact]
    public void A_total_is_the_sum_of_its_parts_and_of_what_it_counts_itself()
    {
        MetricRegistry registry = new(2, StatsMatcher.None);
        MetricGroup one = registry.GetOrAdd(DownstreamMetrics.Schema, ("listener", "one")).JoinTo(registry.Downstream);
        MetricGroup two = registry.GetOrAdd(DownstreamMetrics.Schema, ("listener", "two")).JoinTo(registry.Downstream);
        Assert.Same(one, one.JoinTo(registry.Downstream)); // A second time changes nothing.

        one.Add(0, DownstreamMetric.RequestTotal, 2);
        two.Add(1, DownstreamMetric.RequestTotal, 3);
        registry.Downstream.Add(0, DownstreamMetric.RequestTotal, 4);
        one.Record(0, DownstreamMetric.RequestTime, 10);
        two.Record(1, DownstreamMetric.RequestTime, 1000);

        Assert.Equal(2, one.Read(DownstreamMetric.RequestTotal));
        Assert.Equal(9, registry.Downstream.Read(DownstreamMetric.RequestTotal));
        Assert.Equal(2, registry.Downstream.ReadHistogram((int)DownstreamMetric.RequestTime).Count);
    }

    [Fact]
    public void What_an_excluded_part_would_count_goes_to_the_total()
    {
        MetricRegistry registry = new(1, new StatsMatcher(false, ["listener"], []));
        MetricGroup part = registry.GetOrAdd(DownstreamMetrics.Schema, ("listener", "one")).JoinTo(registry.Downstream);
        part.Add(0, DownstreamMetric.RequestTotal);
        Assert.Equal(1, registry.Downstream.Read(DownstreamMetric.RequestTotal));
    }
}
