namespace Mosn.Proxy.Config;

/// <summary>The names of filters, sinks and extensions that MOSN has, by the place where they stand.</summary>
internal static class FilterKinds
{
    public static FilterKindTable Network { get; } = new(
        "network filter",
        new TypedFilterKind<ProxyFilterConfig>("proxy"),
        new TypedFilterKind<TcpProxyFilterConfig>("tcp_proxy"),
        new TypedFilterKind<UdpProxyFilterConfig>("udp_proxy"),
        new TypedFilterKind<ConnectionManagerFilterConfig>("connection_manager"),
        new TypedFilterKind<GrpcFilterConfig>("grpc"),
        new TypedFilterKind<TunnelFilterConfig>("tunnel"),
        new TypedFilterKind<FaultInjectFilterConfig>("fault_inject"),
        new RawFilterKind("rpc_proxy"),
        new RawFilterKind("x_proxy"),
        new RawFilterKind("transcoder"));

    public static FilterKindTable Listener { get; } = new(
        "listener filter",
        new TypedFilterKind<OriginalDstFilterConfig>("original_dst"));

    public static FilterKindTable Stream { get; } = new(
        "stream filter",
        new TypedFilterKind<FaultFilterConfig>("fault"),
        new TypedFilterKind<PayloadLimitFilterConfig>("payload_limit"),
        new TypedFilterKind<GzipFilterConfig>("gzip"),
        new TypedFilterKind<FaultToleranceFilterConfig>("fault_tolerance"),
        new TypedFilterKind<DslFilterConfig>("dsl"),
        new TypedFilterKind<MirrorFilterConfig>("mirror"),
        new TypedFilterKind<DubboStreamFilterConfig>("dubbo_stream"),
        new TypedFilterKind<GrpcMetricFilterConfig>("grpc_metric"),
        new TypedFilterKind<IpAccessFilterConfig>("ip_access"),
        new TypedFilterKind<FlowControlFilterConfig>("flowControlFilter"),
        new TypedFilterKind<HeaderToMetadataFilterConfig>("header_to_metadata"),
        new TypedFilterKind<TranscoderFilterConfig>("transcoder"),
        new RawFilterKind("proxywasm"),
        new RawFilterKind("seata"),
        new RawFilterKind("istio.stats"),
        new RawFilterKind("mixer"),
        new RawFilterKind("jwt_authn"),
        new RawFilterKind("rbac"),
        new TypedFilterKind<LocalRateLimitFilterConfig>("local_rate_limit"),
        new TypedFilterKind<CorsFilterConfig>("cors"),
        new TypedFilterKind<GrpcWebFilterConfig>("grpc_web"),
        new TypedFilterKind<BufferFilterConfig>("buffer"),
        new TypedFilterKind<DecompressFilterConfig>("decompress_request"),
        new TypedFilterKind<DecompressFilterConfig>("decompress_response"));

    /// <summary>Stream filters that say who may come in: without one of them the requests go in unasked.</summary>
    public static IReadOnlyList<string> Guards { get; } = ["jwt_authn", "rbac"];

    public static FilterKindTable Sink { get; } = new(
        "metrics sink",
        new TypedFilterKind<PrometheusSinkConfig>("prometheus"));

    /// <summary>Names of route handlers.</summary>
    public static IReadOnlyList<string> RouteHandlers { get; } = ["default", "check-handler"];

    /// <summary>Types of the extends section.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        ["tunnel_agent", "dubbo_registry", "holmes", "transcoder_plugin"];

    /// <summary>Names of tracing drivers.</summary>
    public static IReadOnlyList<string> TracingDrivers { get; } =
        ["SOFATracer", "SkyWalking", "jaeger", "Zipkin", "otel", "PluginDriver"];

    /// <summary>Names of protocols whose messages are frames.</summary>
    public static IReadOnlyList<string> FrameProtocols { get; } =
        ["bolt", "boltv2", "dubbo", "dubbo-thrift", "tars", "x_example"];

    /// <summary>Names on a listener that are none of a protocol of frames.</summary>
    public static IReadOnlyList<string> ReservedProtocols { get; } = ["Auto", "Http1", "Http2", "X"];

    /// <summary>Names of protocols on a listener.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["Auto", "Http1", "Http2", .. FrameProtocols, "X"];
}
