using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// The host that will answer soonest, of a few that are drawn (<c>LB_PEAK_EWMA</c>): what a request takes there, times the
/// requests that are with it, over the share of good answers. With weights: turns by weight/score.
/// </summary>
/// <remarks>
/// MOSN's formula (peak_ewma.go), with a mean where MOSN has a sum that grows with the rate of requests. A host that is slow is
/// forgiven when nothing was heard of it for some half a minute, or it would never be tried again.
/// </remarks>
internal sealed class PeakEwmaBalancer : WeightedBalancer, ITryObserver
{
    private const double SuccessMin = 0.1;
    private const double DurationNsDefault = 10e9;

    /// <summary>The cluster's mean counts as this many tries at a host.</summary>
    private const double ExpectedCount = 0.5;

    private readonly int _loopCount;
    private readonly int _choices;
    private readonly BalancerSettingsConfig _config;
    private readonly double _durationNsBefore;
    private readonly TryAverages _all;

    public PeakEwmaBalancer(LoadBalancerSettings settings)
        : base(settings)
    {
        _loopCount = settings.LoopCount;
        _config = settings.Config.BalancerSettings ?? new BalancerSettingsConfig();
        _choices = (int)Math.Clamp(_config.ChoiceCount, 1, LeastActiveBalancer.ChoicesMax);
        double longest = (settings.Config.ConnectTimeout + settings.Config.IdleTimeout).TotalNanoseconds;
        _durationNsBefore = longest > 0 ? longest : DurationNsDefault;
        _all = new TryAverages(_loopCount);
    }

    public override object? Prepare(HostSet hosts, HostSet? previous)
    {
        foreach (Host host in hosts.All)
        {
            if (host.Learned is not TryAverages)
            {
                host.Learned = new TryAverages(_loopCount);
            }
        }
        return base.Prepare(hosts, previous);
    }

    public void OnTry(Host host, EventLoop loop, in TryOutcome outcome) => Learn(host, loop.Index, loop.NowMs, outcome);

    internal void Learn(Host host, int loop, long nowMs, in TryOutcome outcome)
    {
        _all.Add(loop, nowMs, outcome);
        (host.Learned as TryAverages)?.Add(loop, nowMs, outcome);
    }

    protected override Host PickAmongEquals(ReadOnlySpan<Host> usable, HostTurns turns, in PickContext context)
    {
        Span<int> drawn = stackalloc int[_choices];
        double meanNs = MeanNs(context.NowMs);
        Host? best = null;
        double least = double.MaxValue;
        foreach (int index in Random.Draw(context.LoopIndex, usable.Length, drawn))
        {
            double score = Score(usable[index], meanNs, context.NowMs);
            if (best is null || score < least)
            {
                best = usable[index];
                least = score;
            }
        }
        return best!;
    }

    protected override double Share(Host host, in PickContext context) =>
        1 / Score(host, MeanNs(context.NowMs), context.NowMs);

    /// <summary>1 for a host that is like all others and idle; more is worse.</summary>
    private double Score(Host host, double meanNs, long nowMs)
    {
        TrySums sums = host.Learned is TryAverages averages ? averages.Read(nowMs) : default;
        double seen = (TryAverages.Alpha * sums.Tries) + 1;
        double success =
            Power(1 - (TryAverages.Alpha * sums.ClientErrors / seen), _config.ClientErrorBias)
            * Power(1 - (TryAverages.Alpha * sums.ServerErrors / seen), _config.ServerErrorBias);
        double load = 1 / LeastActiveBalancer.ShareOf(Math.Max(0, host.ActiveRequests), _config.ActiveRequestBias);
        return sums.MeanNs(meanNs, ExpectedCount) / meanNs * load / Math.Max(SuccessMin, success);
    }

    /// <summary>Nanoseconds that a try takes at any host.</summary>
    private double MeanNs(long nowMs) => Math.Max(1, _all.Read(nowMs).MeanNs(_durationNsBefore, 1e-6));

    private static double Power(double value, double exponent) =>
        exponent == 1 || value == 1 ? value : Math.Pow(value, exponent);
}
