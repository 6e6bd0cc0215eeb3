namespace Mosn.Proxy.Config;

/// <summary>
/// A part of the product that configuration can ask for. <see cref="ConfigCapabilities"/> says which are built.
/// </summary>
internal enum ConfigFeature
{
    AdvancedBalancers,
    Detection,
    Dns,
    GoPlugins,
    HealthChecks,
    Http2,
    ListenerFilters,
    MetricSamples,
    Mirroring,
    OriginalDst,
    Plugins,
    Profiling,
    SharedMemoryMetrics,
    SocketMark,
    StreamFilters,
    StreamRoutes,
    Tls,
    Tracing,
    Udp,
    Upgrade,
    Wasm,
    Xds,
    XProtocols,
}
