using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// How the tries at a host, or at all hosts of a cluster, went of late. Old ones fade: after 30 s a try counts e^-5 of a new
/// one (MOSN's moving averages). Each loop adds to sums of its own, and a reader adds those up, so that it may miss another
/// loop's newest try.
/// </summary>
internal sealed class TryAverages(int loopCount)
{
    /// <summary>What a new try counts in MOSN's averages: 1 - e^(-5/30).</summary>
    internal const double Alpha = 0.153518275109386;

    private const long TickMs = 100;

    /// <summary>What is left after so many ticks; after the last of them, nothing worth counting.</summary>
    private static readonly double[] s_left =
        [.. Enumerable.Range(0, 1024).Select(static ticks => Math.Pow(1 - Alpha, ticks * TickMs / 1000.0))];

    private readonly LoopSlots<Sums> _loops = new(loopCount);

    /// <summary>Adds a try. On its loop.</summary>
    public void Add(int loop, long nowMs, in TryOutcome outcome)
    {
        ref Sums? slot = ref _loops.On(loop);
        Sums sums = slot ??= new Sums();
        long tick = nowMs / TickMs;
        if (tick > sums.Tick)
        {
            sums.Values = sums.Values.Times(Left(tick - sums.Tick));
            sums.Tick = tick;
        }
        sums.Values.Tries++;
        if (outcome.IsFailure)
        {
            sums.Values.ServerErrors++;
        }
        else if (outcome.Status >= 400)
        {
            sums.Values.ClientErrors++;
        }
        if (outcome.Result is TryResult.Answered or TryResult.TimedOut)
        {
            // A connection that is refused at once says nothing about speed, least of all something good.
            sums.Values.Timed++;
            sums.Values.DurationNs += outcome.DurationNs;
        }
    }

    /// <summary>All loops together. Any thread.</summary>
    public TrySums Read(long nowMs)
    {
        TrySums total = default;
        foreach (Sums? sums in _loops.All)
        {
            if (sums is not null)
            {
                total = total.Plus(sums.Values.Times(Left((nowMs / TickMs) - sums.Tick)));
            }
        }
        return total;
    }

    private static double Left(long ticks) => ticks < s_left.Length ? s_left[Math.Max(0, ticks)] : 0;

    private sealed class Sums
    {
        public long Tick;
        public TrySums Values;
    }
}
