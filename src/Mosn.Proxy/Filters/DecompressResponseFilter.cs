using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>decompress_response</c>: decodes the bodies of responses for clients that do not say that they take the coding. A
/// body that becomes too large, or is not what its coding says, ends with a reset: the head is gone by then.
/// </summary>
internal sealed class DecompressResponseFilter : IStreamFilterFactory
{
    public const string Type = "decompress_response";

    private readonly DecompressSettings _settings;
    private readonly LoopLocal<ObjectPool<Decoding>> _free;

    private DecompressResponseFilter(DecompressFilterConfig config, StreamFilterServices services)
    {
        _settings = new DecompressSettings(config);
        MetricGroup metrics = FilterMetrics.Of(
            FilterMetrics.DecompressResponse, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop =>
        {
            CoderPool coders = new();
            return new ObjectPool<Decoding>(loop, () => new Decoding(this, new BodyDecoding(_settings, metrics, coders)));
        });
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new DecompressResponseFilter((DecompressFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context) =>
        _free.On(context.Loop).Rent().AddTo(chain);

    /// <summary>One stream's response.</summary>
    private sealed class Decoding(DecompressResponseFilter filter, BodyDecoding body) : IResponseFilter, IStreamEndFilter
    {
        private StreamFilterChain? _chain;

        public void AddTo(StreamFilterChain chain)
        {
            _chain = chain;
            chain.Add((IResponseFilter)this);
            chain.Add((IStreamEndFilter)this);
        }

        public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
        {
            RequestHead request = context.Stream.Request;
            if (context.Stream.Response is { } response && Takes(request, response))
            {
                HeaderBlock headers = response.Headers;
                ContentCoding coding = ContentCodings.Of(headers);
                VaryHeader.Add(headers, "Accept-Encoding"u8);
                if (!AcceptEncoding.Accepts(request.Headers, coding) && body.TryBegin(coding, context.Loop))
                {
                    _chain!.AddResponseBody(body);
                    headers.Remove(KnownHeader.ContentEncoding);
                    headers.Remove(KnownHeader.ContentLength);
                    headers.Remove(KnownHeader.AcceptRanges);
                    ContentCodings.WeakenTag(headers);
                    response.SetFraming(BodyFraming.Chunked);
                }
            }
            return new(FilterVerdict.Continue);
        }

        public void OnEnd(FilterContext context)
        {
            _chain = null;
            body.Clear(context.Loop);
            filter._free.On(context.Loop).Return(this);
        }

        private bool Takes(RequestHead request, ResponseHead response) =>
            response.HasBody
            && response.Status is >= 200 and not 206
            && request.KnownMethod != KnownMethod.Head
            && filter._settings.Takes(ContentCodings.Of(response.Headers))
            && !ContentCodings.ForbidsTransform(response.Headers);
    }
}
