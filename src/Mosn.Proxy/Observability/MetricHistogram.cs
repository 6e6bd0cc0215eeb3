using System.Numerics;

namespace Mosn.Proxy.Observability;

/// <summary>
/// A distribution of non-negative numbers in 248 log-linear buckets, four to each power of two: exact below 8, at most
/// 25 % wide above. One thread records; any thread may read, and may then miss the newest values.
/// </summary>
/// <remarks>The idea of linear steps within powers of two: Gil Tene, HdrHistogram.</remarks>
public sealed class MetricHistogram
{
    internal const int BucketCount = 248;

    private readonly long[] _counts = new long[BucketCount];

    public long Count { get; private set; }

    public long Sum { get; private set; }

    /// <summary>The smallest value so far, 0 before the first.</summary>
    public long Min { get; private set; }

    /// <summary>The largest value so far, 0 before the first.</summary>
    public long Max { get; private set; }

    /// <summary>Adds one value; a negative one, which a clock that was set back can cause, counts as 0.</summary>
    public void Record(long value)
    {
        value = Math.Max(value, 0);
        _counts[BucketOf(value)]++;
        Min = Count == 0 ? value : Math.Min(Min, value);
        Max = Math.Max(Max, value);
        Sum += value;
        Count++;
    }

    /// <summary>Adds all of another histogram's values to this one.</summary>
    public void Merge(MetricHistogram other)
    {
        if (other.Count == 0)
        {
            return;
        }
        for (int i = 0; i < BucketCount; i++)
        {
            _counts[i] += other._counts[i];
        }
        Min = Count == 0 ? other.Min : Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
        Sum += other.Sum;
        Count += other.Count;
    }

    /// <summary>
    /// Estimates the value below which <paramref name="percent"/> (0 to 100) of the values lie; 0 without values.
    /// </summary>
    /// <remarks>The position between two ranks is chosen as MOSN's metrics library does: p · (count + 1).</remarks>
    public double Percentile(double percent)
    {
        long count = _counts.Sum(); // Not Count: a reader may see a count whose bucket it does not see yet.
        double position = percent / 100 * (count + 1);
        if (count == 0)
        {
            return 0;
        }
        if (position < 1)
        {
            return Min;
        }
        if (position >= count)
        {
            return Max;
        }
        double lower = ValueAtRank((long)position);
        double upper = ValueAtRank((long)position + 1);
        return lower + ((position - Math.Floor(position)) * (upper - lower));
    }

    /// <summary>Index of the bucket that holds a non-negative value.</summary>
    internal static int BucketOf(long value)
    {
        if (value < 4)
        {
            return (int)value;
        }
        int exponent = BitOperations.Log2((ulong)value);
        return ((exponent - 1) << 2) | (int)((value >> (exponent - 2)) & 3);
    }

    /// <summary>The smallest value of a bucket.</summary>
    internal static long LowerBound(int bucket) =>
        bucket < 4 ? bucket : (4L | (long)(bucket & 3)) << ((bucket >> 2) - 1);

    private double ValueAtRank(long rank)
    {
        long seen = 0;
        for (int i = 0; i < BucketCount; i++)
        {
            if (_counts[i] > 0 && seen + _counts[i] >= rank)
            {
                double width = Math.Max(i < 8 ? 0 : 1L << ((i >> 2) - 1), 0);
                double value = LowerBound(i) + (width * (rank - seen - 0.5) / _counts[i]);
                return Math.Clamp(value, Min, Max);
            }
            seen += _counts[i];
        }
        return Max;
    }
}
