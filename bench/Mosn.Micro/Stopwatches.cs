using System.Diagnostics;

namespace Mosn.Micro;

/// <summary>Measures how long a piece of work takes.</summary>
internal sealed class Stopwatches(int rounds, TimeSpan roundTime)
{
    public int Rounds => rounds;

    /// <summary>
    /// Nanoseconds for one of the operations that <paramref name="work"/> does: the median over the rounds. It is called
    /// until it is warm, then as often as fits into each round.
    /// </summary>
    /// <param name="operations">How many operations one call does.</param>
    public Timing PerOperation(int operations, Action work)
    {
        Run(work, 2 * roundTime); // Tiered compilation.
        double[] samples = new double[rounds];
        long before = GC.GetAllocatedBytesForCurrentThread();
        long calls = 0;
        for (int i = 0; i < rounds; i++)
        {
            (long count, TimeSpan elapsed) = Run(work, roundTime);
            samples[i] = elapsed.TotalNanoseconds / (count * (double)operations);
            calls += count;
        }
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (calls * (double)operations);
        Array.Sort(samples);
        return new Timing(samples[rounds / 2], samples[0], samples[^1], bytes);
    }

    /// <summary>Milliseconds that the work takes: the median over the rounds, once a round.</summary>
    public double Once(Action work)
    {
        work();
        double[] samples = new double[rounds];
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            samples[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(samples);
        return samples[rounds / 2];
    }

    private static (long Count, TimeSpan Elapsed) Run(Action work, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        TimeSpan elapsed;
        do
        {
            work();
            count++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < time);
        return (count, elapsed);
    }
}

/// <summary>Nanoseconds for one operation, and bytes that it allocates.</summary>
internal readonly record struct Timing(double MedianNs, double LeastNs, double MostNs, double Bytes);
