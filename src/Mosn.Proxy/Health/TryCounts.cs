namespace Mosn.Proxy.Health;

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
    public void Add(int loop, bool failed)
    {
        long[] cells = _loops[loop] ?? Make(loop);
        cells[Padding]++;
        if (failed)
        {
            cells[Padding + 1]++;
        }
    }

    /// <summary>Both numbers over all loops. Any thread.</summary>
    public (long Total, long Failed) Sum()
    {
        long total = 0, failed = 0;
        for (int i = 0; i < _loops.Length; i++)
        {
            if (Volatile.Read(ref _loops[i]) is { } cells)
            {
                total += Volatile.Read(ref cells[Padding]);
                failed += Volatile.Read(ref cells[Padding + 1]);
            }
        }
        return (total, failed);
    }

    private long[] Make(int loop)
    {
        long[] cells = new long[(2 * Padding) + 2];
        Volatile.Write(ref _loops[loop], cells);
        return cells;
    }
}
