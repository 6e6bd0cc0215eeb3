namespace Mosn.Bench.Reporting;

/// <summary>Several rounds in three numbers.</summary>
public readonly record struct Summary(double Median, double Min, double Max)
{
    public static Summary Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("no values", nameof(values));
        }
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Summary(median, sorted[0], sorted[^1]);
    }

    /// <summary>The median, with the extremes behind it when there is more than one value.</summary>
    public string ToString(string format) => Max > Min
        ? $"{Median.ToString(format)} ({Min.ToString(format)}–{Max.ToString(format)})"
        : Median.ToString(format);
}
