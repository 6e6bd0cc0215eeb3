using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// What the balancers have in common that look at weights (MOSN: the EDF load balancers): hosts of different weight, and
/// hosts that warm up, get their turns from an <see cref="EdfScheduler"/>; among equals each kind has its own way.
/// </summary>
internal abstract class WeightedBalancer : ILoadBalancer
{
    private readonly int _loopCount;
    private readonly ulong _seed;
    private readonly SlowStart _slowStart;

    protected WeightedBalancer(LoadBalancerSettings settings)
    {
        _loopCount = settings.LoopCount;
        _seed = settings.Seed;
        _slowStart = SlowStart.Of(settings.Config.SlowStart);
        Random = new LoopRandom(settings);
    }

    protected LoopRandom Random { get; }

    public virtual object? Prepare(HostSet hosts, HostSet? previous) => new Schedule(
        hosts.HasEqualWeights ? _slowStart.EndMs(hosts.Usable) : long.MaxValue,
        new LoopSlots<EdfScheduler>(_loopCount),
        (previous?.Prepared as Schedule)?.Turns ?? new HostTurns(_loopCount, _seed));

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        if (usable.Length <= 1)
        {
            return usable.IsEmpty ? null : usable[0];
        }
        Schedule schedule = (Schedule)hosts.Prepared!;
        if (context.NowMs >= schedule.EqualFromMs)
        {
            return PickAmongEquals(usable, schedule.Turns, context);
        }
        ref EdfScheduler? scheduler = ref schedule.Loops.On(context.LoopIndex);
        scheduler ??= Make(usable, context);
        Host host = usable[scheduler.First];
        scheduler.Advance(WeightOf(host, context));
        return host;
    }

    /// <summary>A host when all have the same weight. There are at least two.</summary>
    protected abstract Host PickAmongEquals(ReadOnlySpan<Host> usable, HostTurns turns, in PickContext context);

    /// <summary>What of a host's weight counts now; around 1.</summary>
    protected virtual double Share(Host host, in PickContext context) => 1;

    private double WeightOf(Host host, in PickContext context) =>
        host.Weight * Share(host, context) * _slowStart.Share(host.UsableSinceMs, context.NowMs);

    /// <summary>
    /// Each host begins anywhere between two of its turns. If all began together, the heaviest would come first after every
    /// change: while hosts come and go fast, it would get most of the requests.
    /// </summary>
    private EdfScheduler Make(ReadOnlySpan<Host> usable, in PickContext context)
    {
        ref SplitMix64 random = ref Random.On(context.LoopIndex);
        EdfScheduler scheduler = new(usable.Length);
        for (int i = 0; i < usable.Length; i++)
        {
            double wait = ((random.Next() >> 11) + 1) * (1.0 / (1UL << 53));
            scheduler.Add(i, WeightOf(usable[i], context), wait);
        }
        return scheduler;
    }

    /// <param name="EqualFromMs">From this time of the loops' clock on all hosts weigh the same.</param>
    /// <param name="Loops">The order of turns on each loop, over the usable hosts.</param>
    /// <param name="Turns">For the time when all are equal.</param>
    private sealed record Schedule(long EqualFromMs, LoopSlots<EdfScheduler> Loops, HostTurns Turns);
}
