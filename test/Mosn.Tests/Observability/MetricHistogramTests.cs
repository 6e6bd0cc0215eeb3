using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class MetricHistogramTests
{
    [Fact]
    public void Every_number_lies_in_the_bucket_between_its_bounds()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        IEnumerable<long> values = Enumerable.Range(0, 1000).Select(value => (long)value)
            .Concat(Enumerable.Range(0, 10_000).Select(_ => random.NextInt64() >> random.Next(63)))
            .Append(long.MaxValue);
        foreach (long value in values)
        {
            int bucket = MetricHistogram.BucketOf(value);
            Assert.InRange(bucket, 0, MetricHistogram.BucketCount - 1);
            Assert.True(MetricHistogram.LowerBound(bucket) <= value, $"{value}, seed {seed}");
            Assert.True(
                bucket == MetricHistogram.BucketCount - 1 || value < MetricHistogram.LowerBound(bucket + 1),
                $"{value}, seed {seed}");
        }
    }

    [Fact]
    public void Small_numbers_are_exact()
    {
        MetricHistogram histogram = Of(1, 2, 3);
        Assert.Equal([1.0, 2, 3], [histogram.Percentile(0), histogram.Percentile(50), histogram.Percentile(100)]);
    }

    [Fact]
    public void Percentiles_are_within_a_bucket_of_the_truth()
    {
        MetricHistogram histogram = Of([.. Enumerable.Range(1, 100_000).Select(value => (long)value)]);
        foreach (int percent in (int[])[1, 10, 50, 90, 99])
        {
            Assert.InRange(histogram.Percentile(percent), percent * 1000 * 0.8, percent * 1000 * 1.25);
        }
    }

    [Fact]
    public void Nothing_recorded_is_zero_and_a_negative_time_counts_as_none()
    {
        MetricHistogram histogram = new();
        Assert.Equal((0, 0, 0), (histogram.Min, histogram.Max, histogram.Percentile(50)));
        histogram.Record(-5);
        Assert.Equal((0, 0, 1, 0), (histogram.Min, histogram.Max, histogram.Count, histogram.Sum));
    }

    private static MetricHistogram Of(params long[] values)
    {
        MetricHistogram histogram = new();
        foreach (long value in values)
        {
            histogram.Record(value);
        }
        return histogram;
    }
}
