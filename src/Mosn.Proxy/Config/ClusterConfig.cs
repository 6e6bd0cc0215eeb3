namespace Mosn.Proxy.Config;

/// <summary>One upstream cluster: its hosts and how they are chosen, watched and connected to.</summary>
public sealed record ClusterConfig : IConfigRecord<ClusterConfig>
{
    /// <summary>Unique name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where hosts come from.</summary>
    public ClusterType Type { get; init; } = ClusterType.Simple;

    /// <summary>How a host is chosen.</summary>
    public LoadBalancerType LbType { get; init; } = LoadBalancerType.RoundRobin;

    /// <summary>What the hosts speak. Empty: what the route says, or else what the client speaks.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Requests on one upstream connection before it is closed. 0 stands for 1024.</summary>
    public uint MaxRequestPerConn { get; init; } = 1024;

    /// <summary>SO_MARK of upstream sockets. 0: none.</summary>
    public uint Mark { get; init; }

    /// <summary>Bytes buffered for one upstream connection before reading pauses. 0 stands for 16384.</summary>
    public uint ConnBufferLimitBytes { get; init; } = 16384;

    /// <summary>Bounds of the cluster; the first entry of a priority counts.</summary>
    public IReadOnlyList<CircuitBreakerConfig> CircuitBreakers { get; init; } = [];

    /// <summary>Active health checks.</summary>
    public HealthCheckConfig? HealthCheck { get; init; }

    /// <summary>Takes hosts out of use because of what their requests bring. Null: never.</summary>
    public OutlierDetectionConfig? OutlierDetection { get; init; }

    /// <summary>Hosts grouped by metadata.</summary>
    public SubsetConfig? LbSubsetConfig { get; init; }

    /// <summary>Settings of LB_ORIGINAL_DST.</summary>
    public OriginalDstBalancerConfig? OriginalDstLbConfig { get; init; }

    /// <summary>Use the TLS context of the cluster manager.</summary>
    public bool ClusterManagerTls { get; init; }

    /// <summary>TLS towards the hosts.</summary>
    public TlsContextConfig? TlsContext { get; init; }

    /// <summary>Hosts.</summary>
    public IReadOnlyList<HostConfig> Hosts { get; init; } = [];

    /// <summary>Time for a connection to be made. 0 stands for 10s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heartbeats on connections with requests under way: PING of HTTP/2. Null: none.</summary>
    public KeepAliveConfig? KeepAlive { get; init; }

    /// <summary>Connections of RPC protocols. Null: the defaults.</summary>
    public RpcClusterConfig? Rpc { get; init; }

    /// <summary>Close an upstream connection that was unused for so long. 0 stands for 60s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Settings of some balancers.</summary>
    public BalancerSettingsConfig? BalancerSettings { get; init; }

    /// <summary>Names: time between two resolutions. 0 stands for 5s.</summary>
    public TimeSpan DnsRefreshRate { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Names: resolve again when the answer expires.</summary>
    public bool RespectDnsTtl { get; init; }

    /// <summary>Names: kinds of address that are asked for.</summary>
    public DnsLookupFamily DnsLookupFamily { get; init; } = DnsLookupFamily.V4Only;

    /// <summary>Names: servers to ask. Without servers: those of the file.</summary>
    public DnsResolversConfig? DnsResolvers { get; init; }

    /// <summary>Names: file that names the servers, as resolv.conf(5) describes it.</summary>
    public string DnsResolverFile { get; init; } = "/etc/resolv.conf";

    /// <summary>Names: port of the servers of that file.</summary>
    public string DnsResolverPort { get; init; } = "53";

    /// <summary>Give a new host its share of traffic little by little.</summary>
    public SlowStartConfig? SlowStart { get; init; }

    /// <summary>Close an upstream connection so long after it was made; up to a tenth earlier. 0: never.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.Zero;

    /// <summary>Time that a request may wait for a connection. 0: the connect timeout.</summary>
    public TimeSpan PendingTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Connections that each worker loop opens to each host in advance.</summary>
    public uint WarmConnections { get; init; }

    /// <summary>
    /// Percent of healthy hosts below which all hosts get requests, whatever their health. 0: never.
    /// </summary>
    public uint PanicThreshold { get; init; } = 50;

    /// <summary>True if the names of its hosts are asked for again and again, while the cluster lives.</summary>
    internal bool ResolvesNames => Type is ClusterType.StrictDns or ClusterType.LogicalDns;

    /// <summary>How a host is chosen: a cluster whose hosts are original destinations leaves no choice.</summary>
    internal LoadBalancerType Balancer => Type == ClusterType.OriginalDst ? LoadBalancerType.OriginalDst : LbType;

    static ClusterConfig IConfigRecord<ClusterConfig>.Bind(ConfigBinder binder, ClusterConfig value)
    {
        value = value with
        {
            Name = binder.String("name", value.Name, "Unique name.", Field.Required),
            Type = binder.Enum("type", value.Type, ConfigNames.ClusterType, "Where hosts come from."),
        };
        binder.Ignored("sub_type", "It has no effect in MOSN either.");
        value = value with
        {
            LbType = binder.Enum("lb_type", value.LbType, ConfigNames.LoadBalancerType, "How a host is chosen."),
            Protocol = binder.String(
                "protocol", value.Protocol,
                "What the hosts speak. Empty: what the route says, or else what the client speaks."),
            MaxRequestPerConn = binder.UInt(
                "max_request_per_conn", value.MaxRequestPerConn,
                "Requests on one upstream connection before it is closed. 0 stands for 1024."),
            Mark = binder.UInt(
                "mark", value.Mark,
                "SO_MARK of upstream sockets. 0: none.", Field.Needs(ConfigFeature.SocketMark)),
            ConnBufferLimitBytes = binder.UInt(
                "conn_buffer_limit_bytes", value.ConnBufferLimitBytes,
                "Bytes buffered for one upstream connection before reading pauses. 0 stands for 16384."),
            CircuitBreakers = binder.List(
                "circuit_breakers", value.CircuitBreakers,
                "Bounds of the cluster; the first entry of a priority counts."),
            HealthCheck = binder.Object(
                "health_check", value.HealthCheck,
                "Active health checks.", Field.Needs(ConfigFeature.HealthChecks)),
            OutlierDetection = binder.Object(
                "outlier_detection", value.OutlierDetection,
                "Takes hosts out of use because of what their requests bring."),
        };
        binder.Ignored("spec", "It only describes the cluster.");
        value = value with
        {
            LbSubsetConfig = binder.Object(
                "lb_subset_config", value.LbSubsetConfig,
                "Hosts grouped by metadata."),
            OriginalDstLbConfig = binder.Object(
                "original_dst_lb_config", value.OriginalDstLbConfig,
                "Settings of LB_ORIGINAL_DST."),
            ClusterManagerTls = binder.Bool(
                "cluster_manager_tls", value.ClusterManagerTls,
                "Use the TLS context of the cluster manager.", Field.Needs(ConfigFeature.Tls)),
            TlsContext = binder.Object("tls_context", value.TlsContext, "TLS towards the hosts."),
            Hosts = binder.List("hosts", value.Hosts, "Hosts."),
            ConnectTimeout = binder.Duration(
                "connect_timeout", value.ConnectTimeout,
                "Time for a connection to be made. 0 stands for 10s.", Field.ZeroMeansDefault),
            KeepAlive = binder.Object(
                "keepalive", value.KeepAlive,
                "Heartbeats on connections to hosts: PING of HTTP/2 while requests are under way, those of RPC protocols."),
            Rpc = binder.Object("rpc", value.Rpc, "Connections of RPC protocols."),
            IdleTimeout = binder.Duration(
                "idle_timeout", value.IdleTimeout,
                "Close an upstream connection that was unused for so long. 0 stands for 60s."),
            ConnectionLifetime = binder.Duration(
                "max_connection_lifetime", value.ConnectionLifetime,
                "Close an upstream connection so long after it was made; up to a tenth earlier. 0: never."),
            PendingTimeout = binder.Duration(
                "pending_timeout", value.PendingTimeout,
                "Time that a request may wait for a connection. 0: the connect timeout."),
            WarmConnections = binder.UInt(
                "warm_connections", value.WarmConnections,
                "Connections that each worker loop opens to each host in advance.", Field.Range(0, 1024)),
            BalancerSettings = binder.Object(
                "lbconfig", value.BalancerSettings,
                "Settings of some balancers."),
            DnsRefreshRate = binder.Duration(
                "dns_refresh_rate", value.DnsRefreshRate,
                "Names: time between two resolutions. 0 stands for 5s.", Field.ZeroMeansDefault),
            RespectDnsTtl = binder.Bool(
                "respect_dns_ttl", value.RespectDnsTtl,
                "Names: resolve again when the answer expires."),
            DnsLookupFamily = binder.Enum(
                "dns_lookup_family", value.DnsLookupFamily, ConfigNames.DnsLookupFamily,
                "Names: kinds of address that are asked for."),
            DnsResolvers = binder.Object(
                "dns_resolvers", value.DnsResolvers,
                "Names: servers to ask. Without servers: those of the file."),
            DnsResolverFile = binder.String(
                "dns_resolver_file", value.DnsResolverFile,
                "Names: file that names the servers, as resolv.conf(5) describes it."),
            DnsResolverPort = binder.String(
                "dns_resolver_port", value.DnsResolverPort,
                "Names: port of the servers of that file."),
            SlowStart = binder.Object(
                "slow_start", value.SlowStart,
                "Give a new host its share of traffic little by little."),
            PanicThreshold = binder.UInt(
                "panic_threshold", value.PanicThreshold,
                "Percent of healthy hosts below which all hosts get requests, whatever their health. 0: never.",
                Field.Range(0, 100)),
        };
        binder.Ignored("cluster_pool_enable", "Connection pools always belong to one cluster.");
        return value;
    }
}

/// <summary>Where the hosts of a cluster come from.</summary>
public enum ClusterType
{
    Simple,
    Static,
    Dynamic,
    Eds,
    OriginalDst,
    StrictDns,
    LogicalDns,
}

/// <summary>How a host of a cluster is chosen.</summary>
public enum LoadBalancerType
{
    RoundRobin,
    Random,
    WeightedRoundRobin,
    OriginalDst,
    LeastRequest,
    Maglev,
    RequestRoundRobin,
    LeastConnection,
    PeakEwma,
    RingHash,
}

/// <summary>Kinds of address that a cluster asks for.</summary>
public enum DnsLookupFamily
{
    V4Only,
    V6Only,

    /// <summary>IPv6; IPv4 if there is none.</summary>
    Auto,

    /// <summary>IPv4; IPv6 if there is none.</summary>
    V4Preferred,

    /// <summary>Both.</summary>
    All,
}
