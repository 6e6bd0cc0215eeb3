namespace Mosn.Proxy.Config;

/// <summary>
/// A part of the product that configuration can ask for. <see cref="ConfigCapabilities"/> says which are built.
/// </summary>
internal enum ConfigFeature
{
    AdvancedBalancers,
    GoPlugins,
    HealthChecks,
    Http2,
    MetricSamples,
    Mirroring,
    Plugins,
    Profiling,
    SharedMemoryMetrics,
    SocketMark,
    StreamRoutes,
    Tls,
    Tracing,
    Udp,
    Upgrade,
    Wasm,
    Xds,
}
