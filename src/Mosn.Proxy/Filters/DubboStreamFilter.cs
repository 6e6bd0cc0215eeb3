using Mosn.Protocols;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>dubbo_stream</c>: the service of a Dubbo call is its host, so that virtual hosts can be services; and calls are counted
/// by service and method. Requests of other protocols pass.
/// </summary>
internal sealed class DubboStreamFilter : IStreamFilterFactory, IRequestFilter, IStreamEndFilter
{
    public const string Type = "dubbo_stream";

    private readonly LoopLocal<MethodTable<DubboCallEnd>> _tables;

    private DubboStreamFilter(DubboStreamFilterConfig config, StreamFilterServices services)
    {
        string subset = services.PodLabels().GetValueOrDefault(config.Subset, "");
        DubboMethods methods = new(services.Metrics, services.ListenerName, subset, config.MethodsMax);
        _tables = new(
            services.LoopCount,
            loop => new MethodTable<DubboCallEnd>(loop, methods, config.MethodsMax, services.Background));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new DubboStreamFilter((DubboStreamFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (IsDubbo(context.Stream.ReceivedFrame))
        {
            chain.Add(RequestPhase.BeforeRoute, this);
            chain.Add((IStreamEndFilter)this);
        }
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        RequestHead request = context.Stream.Request;
        if (TryGetNames(context.Stream, out ReadOnlySpan<byte> service, out _))
        {
            request.TrySetAuthority(service); // One that could be no host is in no configuration: the default host takes it.
        }
        return new(FilterVerdict.Continue);
    }

    public void OnEnd(FilterContext context)
    {
        StreamContext stream = context.Stream;
        FrameHead? answer = IsDubbo(stream.Response?.Frame) ? stream.Response!.Frame : null;
        bool hasSucceeded = stream.Status == 200;
        DubboCallEnd end = new(
            hasSucceeded,
            hasSucceeded && answer is not null && DubboCodec.IsException(answer),
            stream.FinishedNs - stream.StartNs);
        Span<byte> name = stackalloc byte[MethodTable<DubboCallEnd>.NameLengthMax];
        int length = WriteName(stream, name);
        bool isReal = length > 0 && answer is not null && DubboCodec.ShowsThatMethodExists(answer);
        _tables.On(context.Loop).Count(name[..length], end, isReal);
    }

    /// <returns>Bytes; 0: nothing that could be a label.</returns>
    private static int WriteName(StreamContext stream, Span<byte> room)
    {
        if (!TryGetNames(stream, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
            || service.Length + method.Length >= room.Length
            || !HttpSyntax.IsFieldValue(service) || !HttpSyntax.IsFieldValue(method))
        {
            return 0;
        }
        service.CopyTo(room);
        room[service.Length] = 0;
        method.CopyTo(room[(service.Length + 1)..]);
        return service.Length + 1 + method.Length;
    }

    private static bool TryGetNames(StreamContext stream, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = method = default;
        return stream.ReceivedFrame is { Readers: { } readers } frame && readers.TryGetNames(frame, out service, out method);
    }

    private static bool IsDubbo(FrameHead? frame) =>
        frame is not null && frame.Readers == FrameCodecs.ReadersOf<DubboCodec>();
}
