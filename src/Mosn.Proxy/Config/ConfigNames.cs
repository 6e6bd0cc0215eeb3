namespace Mosn.Proxy.Config;

/// <summary>The spellings of every enum that configuration has.</summary>
internal static class ConfigNames
{
    public static EnumTable<ListenerDirection> ListenerDirection { get; } = new(
        "listener type", null, isAnyCase: false, unknownIsError: false,
        ("ingress", Config.ListenerDirection.Ingress),
        ("egress", Config.ListenerDirection.Egress));

    public static EnumTable<ListenerNetwork> ListenerNetwork { get; } = new(
        "network", "network", isAnyCase: true, unknownIsError: true,
        ("tcp", Config.ListenerNetwork.Tcp),
        ("udp", Config.ListenerNetwork.Udp),
        ("unix", Config.ListenerNetwork.Unix));

    public static EnumTable<OriginalDstMode> OriginalDstMode { get; } = new(
        "original destination mode", null, isAnyCase: false, unknownIsError: true,
        ("redirect", Config.OriginalDstMode.Redirect),
        ("tproxy", Config.OriginalDstMode.Tproxy));

    public static EnumTable<ConfigLogLevel> ConfigLogLevel { get; } = new(
        "log level", null, isAnyCase: false, unknownIsError: false,
        ("TRACE", Config.ConfigLogLevel.Trace),
        ("DEBUG", Config.ConfigLogLevel.Debug),
        ("INFO", Config.ConfigLogLevel.Info),
        ("WARN", Config.ConfigLogLevel.Warn),
        ("ERROR", Config.ConfigLogLevel.Error),
        ("FATAL", Config.ConfigLogLevel.Fatal));

    public static EnumTable<LoopScheduling> LoopScheduling { get; } = new(
        "scheduling policy", null, isAnyCase: false, unknownIsError: true,
        ("batch", Config.LoopScheduling.Batch),
        ("normal", Config.LoopScheduling.Normal));

    public static EnumTable<TlsProtocolVersion> TlsProtocolVersion { get; } = new(
        "TLS version", null, isAnyCase: true, unknownIsError: true,
        ("tls_auto", Config.TlsProtocolVersion.Auto),
        ("tlsv1_0", Config.TlsProtocolVersion.Tls10),
        ("tlsv1_1", Config.TlsProtocolVersion.Tls11),
        ("tlsv1_2", Config.TlsProtocolVersion.Tls12),
        ("tlsv1_3", Config.TlsProtocolVersion.Tls13));

    public static EnumTable<RoutingPriority> RoutingPriority { get; } = new(
        "priority", null, isAnyCase: true, unknownIsError: true,
        ("default", Config.RoutingPriority.Default),
        ("high", Config.RoutingPriority.High));

    public static EnumTable<ConnectMode> ConnectMode { get; } = new(
        "way with CONNECT", null, isAnyCase: true, unknownIsError: true,
        ("refuse", Config.ConnectMode.Refuse),
        ("terminate", Config.ConnectMode.Terminate),
        ("forward", Config.ConnectMode.Forward));

    public static EnumTable<ClusterType> ClusterType { get; } = new(
        "cluster type", "cluster type", isAnyCase: false, unknownIsError: true,
        ("SIMPLE", Config.ClusterType.Simple),
        ("STATIC", Config.ClusterType.Static),
        ("DYNAMIC", Config.ClusterType.Dynamic),
        ("EDS", Config.ClusterType.Eds),
        ("ORIGINAL_DST", Config.ClusterType.OriginalDst),
        ("STRICT_DNS", Config.ClusterType.StrictDns),
        ("LOGICAL_DNS", Config.ClusterType.LogicalDns));

    public static EnumTable<LoadBalancerType> LoadBalancerType { get; } = new(
        "load balancer", "balancer", isAnyCase: false, unknownIsError: true,
        ("LB_ROUNDROBIN", Config.LoadBalancerType.RoundRobin),
        ("LB_RANDOM", Config.LoadBalancerType.Random),
        ("LB_WEIGHTED_ROUNDROBIN", Config.LoadBalancerType.WeightedRoundRobin),
        ("LB_ORIGINAL_DST", Config.LoadBalancerType.OriginalDst),
        ("LB_LEAST_REQUEST", Config.LoadBalancerType.LeastRequest),
        ("LB_MAGLEV", Config.LoadBalancerType.Maglev),
        ("LB_REQUEST_ROUNDROBIN", Config.LoadBalancerType.RequestRoundRobin),
        ("LB_LEAST_CONNECTION", Config.LoadBalancerType.LeastConnection),
        ("LB_PEAK_EWMA", Config.LoadBalancerType.PeakEwma),
        ("LB_RING_HASH", Config.LoadBalancerType.RingHash));

    public static EnumTable<RpcPoolMode> RpcPoolMode { get; } = new(
        "pool mode", null, isAnyCase: false, unknownIsError: true,
        ("protocol", Config.RpcPoolMode.Protocol),
        ("multiplex", Config.RpcPoolMode.Multiplex),
        ("ping-pong", Config.RpcPoolMode.PingPong),
        ("tcp", Config.RpcPoolMode.Tcp));

    public static EnumTable<DnsLookupFamily> DnsLookupFamily { get; } = new(
        "DNS lookup family", null, isAnyCase: false, unknownIsError: true,
        ("V4_ONLY", Config.DnsLookupFamily.V4Only),
        ("V6_ONLY", Config.DnsLookupFamily.V6Only),
        ("AUTO", Config.DnsLookupFamily.Auto),
        ("V4_PREFERRED", Config.DnsLookupFamily.V4Preferred),
        ("ALL", Config.DnsLookupFamily.All));

    public static EnumTable<MatchModel> MatchModel { get; } = new(
        "model", null, isAnyCase: true, unknownIsError: true,
        ("and", Config.MatchModel.And),
        ("or", Config.MatchModel.Or));

    public static EnumTable<SampleType> SampleType { get; } = new(
        "sample type", null, isAnyCase: false, unknownIsError: false,
        ("UNIFORM", Config.SampleType.Uniform),
        ("EXP_DECAY", Config.SampleType.ExpDecay));

    public static EnumTable<CodecPluginType> CodecPluginType { get; } = new(
        "codec type", null, isAnyCase: false, unknownIsError: true,
        ("go-plugin", Config.CodecPluginType.GoPlugin),
        ("wasm", Config.CodecPluginType.Wasm));

    public static EnumTable<FilterAction> FilterAction { get; } = new(
        "action", null, isAnyCase: false, unknownIsError: true,
        ("allow", Config.FilterAction.Allow),
        ("deny", Config.FilterAction.Deny));

    public static EnumTable<RateLimitKeyType> RateLimitKeyType { get; } = new(
        "kind of key", null, isAnyCase: false, unknownIsError: true,
        ("source_ip", Config.RateLimitKeyType.SourceIp),
        ("path", Config.RateLimitKeyType.Path),
        ("header", Config.RateLimitKeyType.Header),
        ("variable", Config.RateLimitKeyType.Variable));

    public static EnumTable<FlowControlKey> FlowControlKey { get; } = new(
        "key type", null, isAnyCase: false, unknownIsError: true,
        ("PATH", Config.FlowControlKey.Path),
        ("ARG", Config.FlowControlKey.Arg),
        ("URI", Config.FlowControlKey.Uri));
}
