using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Tars;
using Mosn.Protocols.XExample;
using Mosn.Proxy.Balancing;
using Mosn.Proxy.Config;
using Mosn.Proxy.Discovery;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Grpc;
using Mosn.Proxy.Health;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Server;

/// <summary>What a configuration may name and this binary knows: the extension points, each a table by name.</summary>
internal sealed class Extensions
{
    public Extensions() => FrameProtocols = new FrameProtocolRegistry(Protocols, UpstreamProtocols);

    /// <summary>Network filters.</summary>
    public NetworkFilterRegistry NetworkFilters { get; } = new();

    /// <summary>Protocols that clients may speak.</summary>
    public ProtocolRegistry Protocols { get; } = new();

    /// <summary>Protocols that are spoken to hosts.</summary>
    public UpstreamProtocolRegistry UpstreamProtocols { get; } = new();

    /// <summary>Adds a protocol of frames to both.</summary>
    public FrameProtocolRegistry FrameProtocols { get; }

    /// <summary>Stream filters.</summary>
    public StreamFilterRegistry StreamFilters { get; } = new();

    /// <summary>What chooses among the routes that take a request.</summary>
    public RouteHandlerRegistry RouteHandlers { get; } = new();

    /// <summary>Load balancers.</summary>
    public LoadBalancerRegistry Balancers { get; } = new();

    /// <summary>gRPC services in the process. The product itself has none.</summary>
    public GrpcServiceRegistry GrpcServices { get; } = new();

    /// <summary>Functions that hear of health checks. The product itself has none.</summary>
    public HealthCallbackRegistry HealthCallbacks { get; } = new();

    /// <summary>How a configuration that may name all this is read.</summary>
    public ConfigLoadOptions ReadOptions => new()
    {
        Syntax = ConfigSyntaxes.BuiltIn,
        Protocols = Protocols.Names,
        UpstreamProtocols = UpstreamProtocols.Names,
        GrpcServices = GrpcServices.Names,
        StreamFilters = StreamFilters.Types,
    };

    /// <summary>All that the product itself has. Whoever builds a binary of their own adds to it.</summary>
    public static Extensions BuiltIn()
    {
        Extensions extensions = new();
        extensions.NetworkFilters
            .Add("proxy", ProxyFilterBuilder.Build)
            .Add("tcp_proxy", TcpProxyFilterBuilder.Build)
            .Add("grpc", GrpcFilterBuilder.Build);
        extensions.Protocols
            .Add(Http1Protocol.Name, Http1Detection.Match, Http1Protocol.Build)
            .Add(Http2Protocol.Name, Http2Detection.Match, Http2Protocol.Build);
        extensions.UpstreamProtocols
            .Add(StreamProtocol.Http1, PingPongPool.Build)
            .Add(StreamProtocol.Http2, Http2Pool.Build)
            .Add(StreamProtocol.Raw, RawPool.Build);
        extensions.FrameProtocols
            .Add<BoltCodec>()
            .Add<BoltV2Codec>()
            .Add<DubboCodec>()
            .Add<DubboThriftCodec>()
            .Add<TarsCodec>()
            .Add<XExampleCodec>();
        extensions.StreamFilters
            .Add(BufferFilter.Type, BufferFilter.Build, BufferFilter.RouteSettings)
            .Add(CorsFilter.Type, CorsFilter.Build, CorsFilter.RouteSettings)
            .Add(DecompressRequestFilter.Type, DecompressRequestFilter.Build)
            .Add(DecompressResponseFilter.Type, DecompressResponseFilter.Build)
            .Add(DubboStreamFilter.Type, DubboStreamFilter.Build)
            .Add(DslFilter.Type, DslFilter.Build)
            .Add(FaultFilter.Type, FaultFilter.Build, FaultFilter.RouteSettings)
            .Add(FaultToleranceFilter.Type, FaultToleranceFilter.Build)
            .Add(FlowControlFilter.Type, FlowControlFilter.Build)
            .Add(GrpcMetricFilter.Type, GrpcMetricFilter.Build)
            .Add(GrpcWebFilter.Type, GrpcWebFilter.Build)
            .Add(GzipFilter.Type, GzipFilter.Build, GzipFilter.RouteSettings)
            .Add(HeaderToMetadataFilter.Type, HeaderToMetadataFilter.Build)
            .Add(IpAccessFilter.Type, IpAccessFilter.Build)
            .Add(LocalRateLimitFilter.Type, LocalRateLimitFilter.Build, LocalRateLimitFilter.RouteSettings)
            .Add(MirrorFilter.Type, MirrorFilter.Build)
            .Add(PayloadLimitFilter.Type, PayloadLimitFilter.Build, PayloadLimitFilter.RouteSettings)
            .Add(TranscoderFilter.Type, TranscoderFilter.Build, TranscoderFilter.RouteSettings);
        extensions.RouteHandlers
            .Add(RouteHandlerRegistry.Default, new FirstRouteHandler())
            .Add("check-handler", new UsableRouteHandler());
        extensions.Balancers
            .Add(LoadBalancerType.OriginalDst, static settings => new OriginalDstBalancer(settings))
            .Add(LoadBalancerType.Random, static settings => new RandomBalancer(settings))
            .Add(LoadBalancerType.RoundRobin, static settings => new RoundRobinBalancer(settings))
            .Add(LoadBalancerType.WeightedRoundRobin, static settings => new WeightedRoundRobinBalancer(settings))
            .Add(LoadBalancerType.LeastRequest, static settings => new LeastActiveBalancer(settings, countsConnections: false))
            .Add(LoadBalancerType.LeastConnection, static settings => new LeastActiveBalancer(settings, countsConnections: true))
            .Add(LoadBalancerType.PeakEwma, static settings => new PeakEwmaBalancer(settings))
            .Add(LoadBalancerType.Maglev, static settings => new MaglevBalancer(settings))
            .Add(LoadBalancerType.RingHash, static settings => new RingHashBalancer(settings))
            .Add(LoadBalancerType.RequestRoundRobin, static _ => new RequestRoundRobinBalancer())
            .Wrap(ZoneAwareBalancer.Wrap)
            .Wrap(SubsetBalancer.Wrap);
        return extensions;
    }
}
