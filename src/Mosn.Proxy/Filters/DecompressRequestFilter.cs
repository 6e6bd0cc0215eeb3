using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>decompress_request</c>: decodes the bodies of requests for upstreams that want them plain. Too large: 413; not what
/// its coding says: 400; too many at a time: 503.
/// </summary>
internal sealed class DecompressRequestFilter : IStreamFilterFactory
{
    public const string Type = "decompress_request";

    private readonly DecompressSettings _settings;
    private readonly LoopLocal<ObjectPool<Decoding>> _free;

    private DecompressRequestFilter(DecompressFilterConfig config, StreamFilterServices services)
    {
        _settings = new DecompressSettings(config);
        MetricGroup metrics = FilterMetrics.Of(
            FilterMetrics.DecompressRequest, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop =>
        {
            CoderPool coders = new();
            return new ObjectPool<Decoding>(loop, () => new Decoding(this, new BodyDecoding(_settings, metrics, coders)));
        });
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new DecompressRequestFilter((DecompressFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        RequestHead request = context.Stream.Request;
        if (request.HasBody && _settings.Takes(ContentCodings.Of(request.Headers)))
        {
            _free.On(context.Loop).Rent().AddTo(chain);
        }
    }

    /// <summary>One stream's request.</summary>
    private sealed class Decoding(DecompressRequestFilter filter, BodyDecoding body) : IRequestFilter, IStreamEndFilter
    {
        public void AddTo(StreamFilterChain chain)
        {
            chain.Add(RequestPhase.BeforeRoute, this);
            chain.Add((IStreamEndFilter)this);
            chain.AddRequestBody(body);
        }

        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
        {
            RequestHead request = context.Stream.Request;
            if (!body.TryBegin(ContentCodings.Of(request.Headers), context.Loop))
            {
                return new(context.Reply(503));
            }
            request.Headers.Remove(KnownHeader.ContentEncoding);
            request.Headers.Remove(KnownHeader.ContentLength);
            request.SetFraming(BodyFraming.Chunked);
            return new(FilterVerdict.Continue);
        }

        public void OnEnd(FilterContext context)
        {
            body.Clear(context.Loop);
            filter._free.On(context.Loop).Return(this);
        }
    }
}
