using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>gzip</c>: compresses responses as gzip, br or zstd, as the client likes best, piece by piece: memory is that of the
/// coding, whatever the length. Events of a <c>text/event-stream</c> go on at once. A route's settings replace the
/// listener's.
/// </summary>
/// <remarks>
/// A request that does not take part costs nothing. A response in zstd allocates nothing once its loop is warm; gzip and
/// br allocate a coder for each, see there.
/// </remarks>
internal sealed class GzipFilter : IStreamFilterFactory, IResponseFilter
{
    public const string Type = "gzip";

    private readonly GzipSettings _settings;
    private readonly MetricGroup _metrics;
    private readonly LoopLocal<CoderPool> _coders;
    private readonly LoopLocal<ObjectPool<Compression>> _free;

    private GzipFilter(GzipSettings settings, StreamFilterServices services)
    {
        _settings = settings;
        _metrics = FilterMetrics.Of(FilterMetrics.Compress, services.Metrics, services.ListenerName);
        _coders = new(services.LoopCount, static _ => new CoderPool());
        _free = new(services.LoopCount, loop => new ObjectPool<Compression>(loop, () => new Compression(this)));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new GzipFilter(new GzipSettings((GzipFilterConfig)filter.Typed!), services);

    public static object RouteSettings(FilterConfig filter) => new GzipSettings((GzipFilterConfig)filter.Typed!);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (context.Stream.Request.Headers.Contains(KnownHeader.AcceptEncoding))
        {
            _free.On(context.Loop).Rent().AddTo(chain);
        }
        else
        {
            chain.Add(this);
        }
    }

    /// <summary>For a client that takes no coding: what it gets still depends on what it asks for.</summary>
    public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
    {
        if (context.Stream.Response is { } response && Settings(context).Takes(context.Stream.Request, response))
        {
            VaryHeader.Add(response.Headers, "Accept-Encoding"u8);
        }
        return new(FilterVerdict.Continue);
    }

    private GzipSettings Settings(FilterContext context) => context.RouteSettings<GzipSettings>(Type) ?? _settings;

    /// <summary>One stream's response.</summary>
    private sealed class Compression(GzipFilter filter) : IResponseFilter, IBodyFilter, IStreamEndFilter, ICoderOutput
    {
        /// <summary>Smaller pieces are copied, so that none keeps a chunk to itself.</summary>
        private const int CopiedMax = 4096;

        private StreamFilterChain? _chain;
        private BodyCoder? _coder;
        private IBodySink? _next;
        private bool _isOfEvents;
        private bool _isWhole;
        private long _bytesIn;
        private long _bytesOut;

        public void AddTo(StreamFilterChain chain)
        {
            _chain = chain;
            chain.Add((IResponseFilter)this);
            chain.Add((IStreamEndFilter)this);
        }

        public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
        {
            GzipSettings settings = filter.Settings(context);
            RequestHead request = context.Stream.Request;
            if (context.Stream.Response is { } response && settings.Takes(request, response))
            {
                VaryHeader.Add(response.Headers, "Accept-Encoding"u8);
                ContentCoding coding = settings.Choose(request);
                if (coding != ContentCoding.None && _coder is null)
                {
                    Begin(coding, settings, response, context.Loop);
                }
            }
            return new(FilterVerdict.Continue);
        }

        public FilterVerdict OnData(FilterContext context, BufferSlice piece, IBodySink next)
        {
            _next = next;
            _bytesIn += piece.Length;
            _coder!.Write(piece, context.Loop.Buffers, this);
            if (_isOfEvents)
            {
                _coder.Flush(context.Loop.Buffers, this);
            }
            _next = null;
            return FilterVerdict.Continue;
        }

        public FilterVerdict OnEnd(FilterContext context, IBodySink next)
        {
            _next = next;
            _coder!.End(context.Loop.Buffers, this);
            _next = null;
            _isWhole = true;
            return FilterVerdict.Continue;
        }

        public void OnEnd(FilterContext context)
        {
            EventLoop loop = context.Loop;
            if (_coder is not null)
            {
                filter._coders.On(loop).Return(_coder);
                filter._metrics.Add(loop.Index, _isWhole ? FilterMetrics.CodingDone : FilterMetrics.CodingFailed, 1);
                filter._metrics.Add(loop.Index, FilterMetrics.CodingBytesIn, _bytesIn);
                filter._metrics.Add(loop.Index, FilterMetrics.CodingBytesOut, _bytesOut);
            }
            _chain = null;
            _coder = null;
            _isOfEvents = _isWhole = false;
            _bytesIn = _bytesOut = 0;
            filter._free.On(loop).Return(this);
        }

        public bool Take(BufferSlice piece)
        {
            if (piece.Length <= CopiedMax)
            {
                return Take(piece.Span);
            }
            _bytesOut += piece.Length;
            _next!.SendBody(piece);
            return true;
        }

        public bool Take(ReadOnlySpan<byte> piece)
        {
            _bytesOut += piece.Length;
            _next!.SendBody(piece);
            return true;
        }

        private void Begin(ContentCoding coding, GzipSettings settings, ResponseHead response, EventLoop loop)
        {
            _coder = filter._coders.On(loop).RentEncoder(coding, settings, settings.StreamsMax);
            if (_coder is null)
            {
                filter._metrics.Add(loop.Index, FilterMetrics.CodingSkipped, 1);
                return;
            }
            _isOfEvents = Ascii.EqualsIgnoreCase(GzipSettings.MediaType(response.Headers), "text/event-stream"u8);
            _chain!.AddResponseBody(this);
            HeaderBlock headers = response.Headers;
            headers.Set(KnownHeader.ContentEncoding, ContentCodings.NameOf(coding));
            headers.Remove(KnownHeader.ContentLength);
            headers.Remove(KnownHeader.AcceptRanges);
            ContentCodings.WeakenTag(headers);
            response.SetFraming(BodyFraming.Chunked);
        }
    }
}
