using System.Diagnostics;

namespace Mosn.Bench.Running;

/// <summary>How busy the machine is while the benchmark itself does nothing.</summary>
internal static class MachineLoad
{
    private const double QuietPercentMax = 10;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits for other work to end, but not for ever.</summary>
    /// <returns>Percent of all cores that are still busy.</returns>
    public static async Task<double> WaitUntilQuietAsync(int patienceSeconds, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        double busy;
        do
        {
            busy = await BusyPercentAsync(cancel);
        }
        while (busy > QuietPercentMax && Stopwatch.GetElapsedTime(start).TotalSeconds < patienceSeconds);
        return busy;
    }

    private static async Task<double> BusyPercentAsync(CancellationToken cancel)
    {
        (long busy, long all) = Read();
        await Task.Delay(Window, cancel);
        (long busyAfter, long allAfter) = Read();
        return allAfter == all ? 0 : 100.0 * (busyAfter - busy) / (allAfter - all);
    }

    /// <summary>Ticks since the machine started; fields: user nice system idle iowait irq softirq steal.</summary>
    private static (long Busy, long All) Read()
    {
        string line = File.ReadLines("/proc/stat").First();
        long[] ticks = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(long.Parse)];
        long all = ticks.Sum();
        return (all - ticks[3] - ticks[4], all);
    }
}
