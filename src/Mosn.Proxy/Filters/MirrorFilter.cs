using System.Runtime.CompilerServices;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>mirror</c>: makes the copies that the mirror policy of a request's route asks for. They go to the other cluster when
/// the request goes to its own, and never slow or fail it. With <c>broadcast</c> each host of the other cluster gets one,
/// and the client a 200: the request itself goes nowhere.
/// </summary>
internal sealed class MirrorFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "mirror";

    private readonly int _copies;
    private readonly bool _broadcasts;
    private readonly LoopDice _dice;

    private MirrorFilter(MirrorFilterConfig config, StreamFilterServices services)
    {
        _copies = Math.Max(1, (int)config.Amplification);
        _broadcasts = config.Broadcast;
        _dice = new LoopDice(services.LoopCount, services.Seed);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new MirrorFilter((MirrorFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.AfterRoute, this);

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        if (context.Route is not { Kind: RouteKind.Forward, Mirror: { } policy }
            || !_dice.Falls(context.Loop, LoopDice.PerMillion(policy.Percent)))
        {
            return new(FilterVerdict.Continue);
        }
        if (_broadcasts)
        {
            return BroadcastAsync(context, policy.Cluster);
        }
        context.Mirror(policy.Cluster, _copies);
        return new(FilterVerdict.Continue);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<FilterVerdict> BroadcastAsync(FilterContext context, ClusterRef cluster)
    {
        if (await context.BroadcastAsync(cluster))
        {
            return context.Reply(200);
        }
        // A filter of the body that stopped it has then said what to answer.
        return !context.IsClientGone && context.ReplyStatus != 0 ? FilterVerdict.Reply : FilterVerdict.Terminate;
    }
}
