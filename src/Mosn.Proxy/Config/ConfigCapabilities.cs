using System.Collections.Frozen;

namespace Mosn.Proxy.Config;

/// <summary>
/// The one list of what this version does with a configuration. Whatever the reader understands and this list lacks
/// becomes a warning that names it. Building a part means adding its line here.
/// </summary>
internal static class ConfigCapabilities
{
    private static readonly FrozenSet<ConfigFeature> s_features = FrozenSet.Create(
        ConfigFeature.HealthChecks,
        ConfigFeature.Mirroring,
        ConfigFeature.SocketMark);

    private static readonly FrozenSet<string> s_names = FrozenSet.Create(
        StringComparer.Ordinal,
        "network filter proxy",
        "network filter tcp_proxy",
        "network filter grpc",
        "network filter connection_manager",
        "metrics sink prometheus",
        "protocol Http1",
        "protocol Auto",
        "cluster type SIMPLE",
        "cluster type STATIC",
        "cluster type DYNAMIC",
        "cluster type EDS",
        "cluster type STRICT_DNS",
        "cluster type LOGICAL_DNS",
        "cluster type ORIGINAL_DST",
        "balancer LB_RANDOM",
        "balancer LB_ROUNDROBIN",
        "balancer LB_WEIGHTED_ROUNDROBIN",
        "balancer LB_LEAST_REQUEST",
        "balancer LB_LEAST_CONNECTION",
        "balancer LB_PEAK_EWMA",
        "balancer LB_MAGLEV",
        "balancer LB_RING_HASH",
        "balancer LB_REQUEST_ROUNDROBIN",
        "balancer LB_ORIGINAL_DST",
        "listener filter original_dst",
        "network tcp",
        "network unix",
        "stream filter buffer",
        "stream filter cors",
        "stream filter decompress_request",
        "stream filter decompress_response",
        "stream filter dsl",
        "stream filter dubbo_stream",
        "stream filter fault",
        "stream filter fault_tolerance",
        "stream filter flowControlFilter",
        "stream filter grpc_metric",
        "stream filter grpc_web",
        "stream filter gzip",
        "stream filter header_to_metadata",
        "stream filter ip_access",
        "stream filter local_rate_limit",
        "stream filter mirror",
        "stream filter payload_limit",
        "stream filter transcoder",
        "upstream protocol Http1",
        "upstream protocol Http2",
        "upstream protocol Auto");

    public static bool Has(ConfigFeature feature) => s_features.Contains(feature);

    /// <param name="kind">For example "network filter".</param>
    public static bool Has(string kind, string name) => s_names.Contains($"{kind} {name}");

    /// <summary>How a warning calls a part that is missing.</summary>
    public static string Describe(ConfigFeature feature) => feature switch
    {
        ConfigFeature.AdvancedBalancers => "settings of moving averages",
        ConfigFeature.GoPlugins => "Go plugins",
        ConfigFeature.HealthChecks => "health checks",
        ConfigFeature.Http2 => "HTTP/2",
        ConfigFeature.MetricSamples => "sample reservoirs of histograms",
        ConfigFeature.Mirroring => "request mirroring",
        ConfigFeature.Plugins => "plugins and codecs loaded at run time",
        ConfigFeature.Profiling => "the profiling endpoint",
        ConfigFeature.SharedMemoryMetrics => "metrics in shared memory",
        ConfigFeature.SocketMark => "socket marks",
        ConfigFeature.StreamRoutes => "routes of a stream proxy",
        ConfigFeature.Tls => "TLS",
        ConfigFeature.Tracing => "tracing",
        ConfigFeature.Udp => "UDP",
        ConfigFeature.Upgrade => "hot upgrade",
        ConfigFeature.Wasm => "WebAssembly plugins",
        ConfigFeature.Xds => "xDS",
        _ => throw new ArgumentOutOfRangeException(nameof(feature)),
    };
}
