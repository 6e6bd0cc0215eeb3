using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>payload_limit</c>: refuses a request whose body is larger than the listener or the route allows: at once if the
/// head says so, else when the byte too many comes. Nothing is held back.
/// </summary>
internal sealed class PayloadLimitFilter : IStreamFilterFactory
{
    public const string Type = "payload_limit";

    private readonly PayloadLimitSettings _settings;
    private readonly MetricGroup _metrics;
    private readonly LoopLocal<ObjectPool<BodyCount>> _free;

    private PayloadLimitFilter(PayloadLimitSettings settings, StreamFilterServices services)
    {
        _settings = settings;
        _metrics = FilterMetrics.Of(FilterMetrics.PayloadLimit, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop => new ObjectPool<BodyCount>(loop, () => new BodyCount(this)));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new PayloadLimitFilter(new PayloadLimitSettings((PayloadLimitFilterConfig)filter.Typed!), services);

    public static object RouteSettings(FilterConfig filter) =>
        new PayloadLimitSettings((PayloadLimitFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (context.Stream.Request.HasBody)
        {
            _free.On(context.Loop).Rent().AddTo(chain);
        }
    }

    /// <summary>One stream's body.</summary>
    private sealed class BodyCount(PayloadLimitFilter filter) : IRequestFilter, IBodyFilter, IStreamEndFilter
    {
        private PayloadLimitSettings _settings = filter._settings;
        private long _bytes;

        public void AddTo(StreamFilterChain chain)
        {
            chain.Add(RequestPhase.AfterRoute, this);
            chain.AddRequestBody(this);
            chain.Add((IStreamEndFilter)this);
        }

        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
        {
            _settings = context.RouteSettings<PayloadLimitSettings>(Type) ?? filter._settings;
            return new(Judge(context, Math.Max(_bytes, context.Stream.Request.ContentLength)));
        }

        public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
        {
            _bytes += piece.Length;
            FilterVerdict verdict = Judge(context, _bytes);
            if (verdict == FilterVerdict.Continue)
            {
                next.SendBody(piece);
            }
            return verdict;
        }

        public void OnEnd(FilterContext context)
        {
            _settings = filter._settings;
            _bytes = 0;
            filter._free.On(context.Loop).Return(this);
        }

        private FilterVerdict Judge(FilterContext context, long bytes)
        {
            if (!_settings.IsExceededBy(bytes))
            {
                return FilterVerdict.Continue;
            }
            filter._metrics.Add(context.Loop.Index, FilterMetrics.PayloadRefused, 1);
            return RequestBodies.Refuse(context, _settings.Status, ResponseFlags.RequestEntityTooLarge);
        }
    }
}
