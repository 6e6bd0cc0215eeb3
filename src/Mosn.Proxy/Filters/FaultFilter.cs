using System.Runtime.CompilerServices;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>fault</c>: delays requests by a timer of the loop, or answers them in place of the upstream; the delay comes first,
/// and each is drawn for itself. A route's settings replace the listener's.
/// </summary>
internal sealed class FaultFilter : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "fault";

    private readonly FaultSettings _settings;
    private readonly LoopDice _dice;
    private readonly MetricGroup _metrics;

    private FaultFilter(FaultSettings settings, StreamFilterServices services)
    {
        _settings = settings;
        _dice = new LoopDice(services.LoopCount, services.Seed);
        _metrics = FilterMetrics.Of(FilterMetrics.Fault, services.Metrics, services.ListenerName);
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new FaultFilter(new FaultSettings((FaultFilterConfig)filter.Typed!), services);

    public static object RouteSettings(FilterConfig filter) => new FaultSettings((FaultFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context) => chain.Add(RequestPhase.AfterRoute, this);

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        FaultSettings settings = context.RouteSettings<FaultSettings>(Type) ?? _settings;
        if (!settings.AppliesTo(context))
        {
            return new(FilterVerdict.Continue);
        }
        return _dice.Falls(context.Loop, settings.DelayPerMillion)
            ? DelayAsync(settings, context)
            : new(Abort(settings, context));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FilterVerdict> DelayAsync(FaultSettings settings, FilterContext context)
    {
        context.Stream.Flags |= ResponseFlags.DelayInjected;
        _metrics.Add(context.Loop.Index, FilterMetrics.FaultDelayed, 1);
        return await context.DelayAsync(settings.DelayMs) ? Abort(settings, context) : FilterVerdict.Terminate;
    }

    private FilterVerdict Abort(FaultSettings settings, FilterContext context)
    {
        if (!_dice.Falls(context.Loop, settings.AbortPerMillion))
        {
            return FilterVerdict.Continue;
        }
        _metrics.Add(context.Loop.Index, FilterMetrics.FaultAborted, 1);
        if (context.Stream.IsGrpc)
        {
            context.ReplyHeaders.Set(KnownHeader.GrpcMessage, "fault injected"u8); // HTTP's words may be about another status.
        }
        return context.Reply(settings.AbortStatus, settings.AbortGrpcStatus, flags: ResponseFlags.FaultInjected);
    }
}
