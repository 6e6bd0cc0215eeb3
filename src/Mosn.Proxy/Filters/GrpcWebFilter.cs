using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>
/// <c>grpc_web</c>: turns the calls of browsers, which have no trailers, into gRPC and the answers back, piece by piece (gRPC,
/// <c>doc/PROTOCOL-WEB.md</c>). Who may call from where is the matter of <c>cors</c>.
/// </summary>
internal sealed class GrpcWebFilter : IStreamFilterFactory
{
    public const string Type = "grpc_web";

    private static readonly byte[] s_notGrpc = [.. "the upstream does not speak gRPC"u8];

    private readonly MetricGroup _metrics;
    private readonly LoopLocal<ObjectPool<Call>> _free;

    private GrpcWebFilter(StreamFilterServices services)
    {
        _metrics = FilterMetrics.Of(FilterMetrics.GrpcWeb, services.Metrics, services.ListenerName);
        _free = new(services.LoopCount, loop => new ObjectPool<Call>(loop, () => new Call(this)));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) => new GrpcWebFilter(services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        RequestHead request = context.Stream.Request;
        if (request.KnownMethod == KnownMethod.Post
            && request.Headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type)
            && GrpcWebType.TryRead(type, out bool isText, out ReadOnlySpan<byte> format))
        {
            _free.On(context.Loop).Rent().AddTo(chain, isText, format);
        }
    }

    /// <summary>One call.</summary>
    private sealed class Call(GrpcWebFilter filter) : IRequestFilter, IResponseFilter, IStreamEndFilter
    {
        private readonly GrpcWebRequestBody _requestBody = new();
        private readonly GrpcWebResponseBody _responseBody = new();
        private readonly byte[] _format = new byte[GrpcWebType.FormatLengthMax];
        private int _formatLength;
        private StreamFilterChain? _chain;
        private bool _isText;
        private bool _answersText;
        private bool _isBegun;
        private bool _isRefused;

        private ReadOnlySpan<byte> Format => _format.AsSpan(0, _formatLength);

        public void AddTo(StreamFilterChain chain, bool isText, ReadOnlySpan<byte> format)
        {
            _chain = chain;
            _isText = isText;
            _formatLength = format.Length;
            format.CopyTo(_format);
            chain.Add(RequestPhase.BeforeRoute, this);
            chain.Add((IResponseFilter)this);
            chain.Add((IStreamEndFilter)this);
        }

        public ValueTask<FilterVerdict> OnRequestAsync(FilterContext context)
        {
            if (_isBegun)
            {
                return new(FilterVerdict.Continue);
            }
            _isBegun = true;
            context.Stream.IsGrpc = true;
            RequestHead request = context.Stream.Request;
            HeaderBlock headers = request.Headers;
            _answersText = WantsText(headers);
            Span<byte> type = stackalloc byte[GrpcWebType.LengthMax];
            headers.Set(KnownHeader.ContentType, type[..GrpcWebType.Write("application/grpc"u8, Format, type)]);
            headers.Set(KnownHeader.Te, "trailers"u8);
            if (_isText && request.HasBody)
            {
                headers.Remove(KnownHeader.ContentLength);
                request.SetFraming(BodyFraming.Chunked);
                _chain!.AddRequestBody(_requestBody);
            }
            return new(FilterVerdict.Continue);
        }

        public ValueTask<FilterVerdict> OnResponseAsync(FilterContext context)
        {
            ResponseHead response = context.Stream.Response!;
            if (!_isBegun || _isRefused)
            {
                return new(FilterVerdict.Continue); // A filter before this one has answered, or this one.
            }
            Span<byte> room = stackalloc byte[GrpcWebType.LengthMax];
            ReadOnlySpan<byte> name = _answersText ? "application/grpc-web-text"u8 : "application/grpc-web"u8;
            ReadOnlySpan<byte> type = room[..GrpcWebType.Write(name, Format, room)];
            if (!GrpcHeaders.IsGrpc(response.Headers))
            {
                _isRefused = true;
                context.ReplyHeaders.Set(KnownHeader.ContentType, type);
                return new(context.Reply(response.Status, s_notGrpc));
            }
            response.Headers.Set(KnownHeader.ContentType, type);
            if (response.HasBody)
            {
                response.Headers.Remove(KnownHeader.ContentLength);
                response.SetFraming(BodyFraming.Chunked);
                context.Stream.HidesTrailers = true;
                _responseBody.Begin(_answersText);
                _chain!.AddResponseBody(_responseBody);
            }
            return new(FilterVerdict.Continue);
        }

        public void OnEnd(FilterContext context)
        {
            int loop = context.Loop.Index;
            filter._metrics.Add(loop, _isText ? FilterMetrics.GrpcWebText : FilterMetrics.GrpcWebBinary, 1);
            if (_requestBody.IsRefused)
            {
                filter._metrics.Add(loop, FilterMetrics.GrpcWebMalformed, 1);
            }
            if (_isRefused)
            {
                filter._metrics.Add(loop, FilterMetrics.GrpcWebNotGrpc, 1);
            }
            _requestBody.Clear();
            _chain = null;
            _isBegun = _isRefused = false;
            filter._free.On(context.Loop).Return(this);
        }

        /// <summary>What the client says it accepts; if that is nothing of gRPC-Web, what it sends.</summary>
        private bool WantsText(HeaderBlock headers)
        {
            if (!headers.TryGet(KnownHeader.Accept, out ReadOnlySpan<byte> accept)
                || !GrpcWebType.TryRead(accept, out bool isText, out _))
            {
                return _isText;
            }
            return isText;
        }
    }
}
