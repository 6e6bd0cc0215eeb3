using Mosn.Protocols;
using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary><c>grpc_metric</c>: counts gRPC calls by their method, whoever serves them.</summary>
internal sealed class GrpcMetricFilter : IStreamFilterFactory, IStreamEndFilter
{
    public const string Type = "grpc_metric";

    private readonly LoopLocal<MethodTable<GrpcCallEnd>> _tables;

    private GrpcMetricFilter(GrpcMetricFilterConfig config, StreamFilterServices services)
    {
        GrpcMethods methods = new(services.Metrics, config.MethodsMax);
        _tables = new(
            services.LoopCount,
            loop => new MethodTable<GrpcCallEnd>(loop, methods, config.MethodsMax, services.Background));
    }

    public static IStreamFilterFactory Build(FilterConfig filter, StreamFilterServices services) =>
        new GrpcMetricFilter((GrpcMetricFilterConfig)filter.Typed!, services);

    public void AddTo(StreamFilterChain chain, FilterContext context)
    {
        if (context.Stream.Request.Headers.Contains(KnownHeader.ContentType))
        {
            chain.Add((IStreamEndFilter)this); // Another filter may make a call of it.
        }
    }

    public void OnEnd(FilterContext context)
    {
        StreamContext stream = context.Stream;
        if (stream.IsGrpc)
        {
            int status = stream.GrpcStatus ?? (int)GrpcStatus.Unknown;
            _tables.On(context.Loop).Count(
                VariableText.ReceivedPath(stream.Request),
                new GrpcCallEnd(status, stream.FinishedNs - stream.StartNs),
                isReal: stream.ResponseReceivedNs != 0 && IsOfMethod(stream.Response, (GrpcStatus)status));
        }
    }

    /// <summary>
    /// Whether an answer can only be a method's. A status that a gateway or a check of who calls gives, too, says nothing
    /// about whether there is one, and neither does an answer that is not gRPC.
    /// </summary>
    private static bool IsOfMethod(ResponseHead? response, GrpcStatus status) =>
        status is not (GrpcStatus.Unimplemented or GrpcStatus.Unavailable or GrpcStatus.Unauthenticated or GrpcStatus.PermissionDenied)
        && response is { Status: 200 }
        && response.Headers.TryGet(KnownHeader.ContentType, out ReadOnlySpan<byte> type)
        && type.StartsWith("application/grpc"u8);
}
