using System.Runtime.CompilerServices;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>buffer</c>: a request goes upstream only when its whole body is here, so that slow clients do not keep hosts
/// waiting. A larger body than allowed is refused with 413. A route's settings replace the listener's.
/// </summary>
internal sealed class BufferFilter(BufferSettings settings) : IStreamFilterFactory, IRequestFilter
{
    public const string Type = "buffer";

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new BufferFilter(new BufferSettings((BufferFilterConfig)filter.Typed!));

    public static object RouteSettings(FilterConfig filter) => new BufferSettings((BufferFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (context.Stream.Request.HasBody)
        {
            chain.Add(RequestPhase.AfterRoute, this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        int bytesMax = (context.RouteSettings<BufferSettings>(Type) ?? settings).BytesMax;
        if (bytesMax == 0)
        {
            return new(FilterVerdict.Continue);
        }
        return context.Stream.Request.ContentLength > bytesMax
            ? new(TooLarge(context))
            : CollectAsync(context, bytesMax);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<FilterVerdict> CollectAsync(FilterContext context, int bytesMax)
    {
        if (await context.BufferRequestBodyAsync(bytesMax))
        {
            return FilterVerdict.Continue;
        }
        // A filter of the body may have stopped it, too, and has then said what to answer.
        return context.IsClientGone ? FilterVerdict.Terminate
            : context.ReplyStatus != 0 ? FilterVerdict.Reply
            : TooLarge(context);
    }

    private static FilterVerdict TooLarge(FilterContext context) =>
        context.Reply(413, flags: ResponseFlags.RequestEntityTooLarge);
}
