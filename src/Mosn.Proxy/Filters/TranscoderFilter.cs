using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>transcoder</c>: says which protocol requests go upstream in, before route and cluster do, and translates between HTTP and
/// RPC protocols whoever has said so. Between the versions of HTTP there is nothing to translate: heads are neutral, and each
/// connection writes them in what it speaks.
/// </summary>
internal sealed class TranscoderFilter : IStreamFilterFactory, IRequestFilter, IMessageTranscoder
{
    public const string Type = "transcoder";

    private readonly TranscoderSettings _settings;
    private readonly RequestPhase _phase;
    private readonly Func<string, StreamProtocol?> _protocols;
    private readonly MetricGroup _metrics;
    private readonly LoopLocal<ObjectPool<Transcoding>> _free;

    private TranscoderFilter(TranscoderFilterConfig config, StreamFilterServices services)
    {
        _settings = new TranscoderSettings(config);
        _phase = config.ReceiverPhase == 0 ? RequestPhase.BeforeRoute : RequestPhase.AfterRoute;
        _protocols = services.UpstreamProtocol;
        _metrics = FilterMetrics.Of(FilterMetrics.Transcoder, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop => new ObjectPool<Transcoding>(loop, () => new Transcoding(this)));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new TranscoderFilter((TranscoderFilterConfig)filter.Typed!, services);

    public static object RouteSettings(FilterConfig filter) => new TranscoderSettings((TranscoderFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        chain.Add(_phase, this);
        context.Transcoder = this;
    }

    public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
    {
        StreamContext stream = context.Stream;
        StreamProtocol spoken = stream.Downstream.Protocol;
        if (SettingsOf(context).RuleOf(stream.Request.Headers)?.To(spoken, _protocols) is not { } wanted)
        {
            return new(FilterVerdict.Continue);
        }
        stream.WantedProtocol = wanted;
        if (wanted.Frames is null && spoken.Frames is null && wanted != spoken)
        {
            Count(context, FilterMetrics.Transcoded);
        }
        bool isEarly = _phase == RequestPhase.BeforeRoute; // Then routes are to see what becomes of the request.
        return new(isEarly && context.Transcoder!.Transcode(context, wanted, timeoutMs: 0) is { } error
            ? context.Reply(error.Status, flags: error.Flags)
            : FilterVerdict.Continue);
    }

    public StreamError? Transcode(FilterContext context, StreamProtocol to, long timeoutMs)
    {
        RequestHead request = context.Stream.Request;
        bool isTranslatable = to != StreamProtocol.Raw && !request.WantsTunnel && !context.Stream.IsGrpc;
        if (!isTranslatable || (to.Frames is null) == (request.Frame is null))
        {
            return null;
        }
        Transcoding transcoding = _free.On(context.Loop).Rent();
        return transcoding.Begin(context, to.Frames, SettingsOf(context).MessagesOf(request.Headers), timeoutMs);
    }

    internal void Count(FilterContext context, int metric) => _metrics.Add(context.Loop.Index, metric, 1);

    internal void Return(FilterContext context, Transcoding transcoding) => _free.On(context.Loop).Return(transcoding);

    private TranscoderSettings SettingsOf(FilterContext context) =>
        context.RouteSettings<TranscoderSettings>(Type) ?? _settings;
}
