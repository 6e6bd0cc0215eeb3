namespace Mosn.Proxy.Health;

/// <summary>Tries at one host.</summary>
/// <param name="Failed">Those that failed by the rules of outlier detection.</param>
/// <param name="Exceptions">Those that failed by the rules of fault_tolerance.</param>
internal readonly record struct TryTotals(long Total, long Failed, long Exceptions)
{
    /// <summary>What came since then. A failure may be seen before its try: there are never more of them.</summary>
    public TryTotals Since(in TryTotals before)
    {
        long total = Total - before.Total;
        return new TryTotals(
            total, Math.Min(total, Failed - before.Failed), Math.Min(total, Exceptions - before.Exceptions));
    }
}

/// <summary>
/// Tries at one host and how many of them failed, ever. Each loop adds to an array of its own; a reader sums them up and may
/// miss what is just being added.
/// </summary>
internal sealed class TryCounts(int loopCount)
{
    // A cache line of nothing on both sides: arrays of two loops can be neighbours on the heap.
    private const int Padding = 8;

    private readonly long[]?[] _loops = new long[]?[loopCount];

    /// <summary>Counts one try on the thread of loop number <paramref name="loop"/>.</summary>
    public void Add(int loop, bool failed, bool isException = false)
    {
        long[] cells = _loops[loop] ?? Make(loop);
        cells[Padding]++;
        if (failed)
        {
            cells[Padding + 1]++;
        }
        if (isException)
        {
            cells[Padding + 2]++;
        }
    }

    /// <summary>The numbers over all loops. Any thread.</summary>
    public TryTotals Sum()
    {
        TryTotals sum = default;
        for (int i = 0; i < _loops.Length; i++)
        {
            if (Volatile.Read(ref _loops[i]) is { } cells)
            {
                sum = new TryTotals(
                    sum.Total + Volatile.Read(ref cells[Padding]),
                    sum.Failed + Volatile.Read(ref cells[Padding + 1]),
                    sum.Exceptions + Volatile.Read(ref cells[Padding + 2]));
            }
        }
        return sum;
    }

    private long[] Make(int loop)
    {
        long[] cells = new long[(2 * Padding) + 3];
        Volatile.Write(ref _loops[loop], cells);
        return cells;
    }
}
