using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Routing;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>mirror</c>: makes the copies that the mirror policy of a request's route asks for. They go to the other cluster when
/// the request goes to its own, and never slow or fail it.
/// </summary>
internal sealed class MirrorFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "mirror";

    private readonly int _copies;
    private readonly LoopDice _dice;

    private MirrorFilter(MirrorFilterConfig config, StreamFilterServices services)
    {
        _copies = Math.Max(1, (int)config.Amplification);
        _dice = new LoopDice(services.LoopCount, services.Seed);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new MirrorFilter((MirrorFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.AfterRoute, this);

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        if (context.Route?.Mirror is { } policy && _dice.Falls(context.Loop, LoopDice.PerMillion(policy.Percent)))
        {
            context.Mirror(policy.Cluster, _copies);
        }
        return new(FilterVerdict.Continue);
    }
}
