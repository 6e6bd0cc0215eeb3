using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// The least busy of a few hosts that are drawn (<c>LB_LEAST_REQUEST</c>, <c>LB_LEAST_CONNECTION</c>). Two are enough to
/// keep the longest queue short, and loops that look at the same moment do not all run to the same host (Mitzenmacher:
/// "The Power of Two Choices in Randomized Load Balancing", 2001). With weights: turns by weight/(active + 1)^bias.
/// </summary>
internal sealed class LeastActiveBalancer : WeightedBalancer
{
    internal const int ChoicesMax = 32;

    private readonly int _choices;
    private readonly double _bias;
    private readonly bool _countsConnections;

    /// <param name="countsConnections">Connections decide, not requests.</param>
    public LeastActiveBalancer(LoadBalancerSettings settings, bool countsConnections)
        : base(settings)
    {
        BalancerSettingsConfig config = settings.Config.BalancerSettings ?? new BalancerSettingsConfig();
        _choices = (int)Math.Clamp(config.ChoiceCount, 1, ChoicesMax);
        _bias = config.ActiveRequestBias;
        _countsConnections = countsConnections;
    }

    protected override Host PickAmongEquals(ReadOnlySpan<Host> usable, HostTurns turns, in PickContext context)
    {
        Span<int> drawn = stackalloc int[_choices];
        Host? best = null;
        long least = long.MaxValue;
        foreach (int index in Random.Draw(context.LoopIndex, usable.Length, drawn))
        {
            long active = ActiveOf(usable[index]);
            if (active < least)
            {
                best = usable[index];
                least = active;
            }
        }
        return best!;
    }

    protected override double Share(Host host, in PickContext context) => ShareOf(ActiveOf(host), _bias);

    internal static double ShareOf(long active, double bias) =>
        bias == 1 ? 1.0 / (active + 1) : Math.Pow(active + 1, -bias);

    // Other loops count meanwhile: a sum may be short of a moment's work, but not of zero.
    private long ActiveOf(Host host) => Math.Max(0, _countsConnections ? host.ActiveConnections : host.ActiveRequests);
}
