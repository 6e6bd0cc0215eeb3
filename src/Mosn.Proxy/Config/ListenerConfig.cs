namespace Mosn.Proxy.Config;

/// <summary>
/// One listener: an address, the filter chain of its connections, the filters of its streams.
/// </summary>
public sealed record ListenerConfig : IConfigRecord<ListenerConfig>
{
    /// <summary>Unique name. Empty: the address as text.</summary>
    public string Name { get; init; } = "";

    /// <summary>Side of the mesh the listener is on; used by tracing and xDS.</summary>
    public ListenerDirection Type { get; init; } = ListenerDirection.Unspecified;

    /// <summary>IP and port, or unix: and a path. With network unix also a bare path.</summary>
    public NetworkAddress? Address { get; init; }

    /// <summary>Kind of socket.</summary>
    public ListenerNetwork Network { get; init; } = ListenerNetwork.Tcp;

    /// <summary>false: a virtual listener that never opens a socket.</summary>
    public bool BindPort { get; init; }

    /// <summary>UDP: one connected socket for each peer.</summary>
    public bool ReusePort { get; init; }

    /// <summary>How the destination that the client meant is found.</summary>
    public OriginalDstMode UseOriginalDst { get; init; } = OriginalDstMode.None;

    /// <summary>Access logs of this listener.</summary>
    public IReadOnlyList<AccessLogConfig> AccessLogs { get; init; } = [];

    /// <summary>Filters that run before the connection is made.</summary>
    public IReadOnlyList<FilterConfig> ListenerFilters { get; init; } = [];

    /// <summary>Exactly one filter chain.</summary>
    public IReadOnlyList<FilterChainConfig> FilterChains { get; init; } = [];

    /// <summary>Filters that run for each request.</summary>
    public IReadOnlyList<FilterConfig> StreamFilters { get; init; } = [];

    /// <summary>Accept TLS and plain connections on the same port.</summary>
    public bool Inspector { get; init; }

    /// <summary>
    /// Close a connection on which nothing moved for so long. Absent: 90s (udp 5s); 0s: never.
    /// </summary>
    public TimeSpan? ConnectionIdleTimeout { get; init; }

    /// <summary>First read buffer of a connection in bytes. 0: chosen by the proxy.</summary>
    public int DefaultReadBufferSize { get; init; }

    /// <summary>Connections that may wait to be accepted. 0: chosen by the proxy.</summary>
    public int Backlog { get; init; }

    /// <summary>Connections of this listener at one time. 0: no bound of its own.</summary>
    public uint MaxConnections { get; init; }

    /// <summary>Bytes buffered for one connection before reading from its peer pauses.</summary>
    public uint PerConnectionBufferLimitBytes { get; init; } = 32768;

    static ListenerConfig IConfigRecord<ListenerConfig>.Bind(ConfigBinder binder, ListenerConfig value)
    {
        value = value with
        {
            Name = binder.String("name", value.Name, "Unique name. Empty: the address as text."),
            Type = binder.Enum(
                "type", value.Type, ConfigNames.ListenerDirection,
                "Side of the mesh the listener is on; used by tracing and xDS."),
            Address = binder.Address(
                "address", value.Address,
                "IP and port, or unix: and a path. With network unix also a bare path.", Field.Required),
            Network = binder.Enum("network", value.Network, ConfigNames.ListenerNetwork, "Kind of socket."),
            BindPort = binder.Bool(
                "bind_port", value.BindPort,
                "false: a virtual listener that never opens a socket."),
            ReusePort = binder.Bool(
                "reuseport", value.ReusePort,
                "UDP: one connected socket for each peer.", Field.Needs(ConfigFeature.Udp)),
            UseOriginalDst = binder.Enum(
                "use_original_dst", value.UseOriginalDst, ConfigNames.OriginalDstMode,
                "How the destination that the client meant is found."),
            AccessLogs = binder.List("access_logs", value.AccessLogs, "Access logs of this listener."),
            ListenerFilters = binder.Filters(
                "listener_filters", value.ListenerFilters, FilterKinds.Listener,
                "Filters that run before the connection is made."),
            FilterChains = binder.List(
                "filter_chains", value.FilterChains,
                "Exactly one filter chain.", Field.Required),
            StreamFilters = binder.Filters(
                "stream_filters", value.StreamFilters, FilterKinds.Stream,
                "Filters that run for each request."),
            Inspector = binder.Bool(
                "inspector", value.Inspector,
                "Accept TLS and plain connections on the same port.", Field.Needs(ConfigFeature.Tls)),
            ConnectionIdleTimeout = binder.OptionalDuration(
                "connection_idle_timeout", value.ConnectionIdleTimeout,
                "Close a connection on which nothing moved for so long. Absent: 90s (udp 5s); 0s: never."),
            DefaultReadBufferSize = binder.Int(
                "default_read_buffer_size", value.DefaultReadBufferSize,
                "First read buffer of a connection in bytes. 0: chosen by the proxy.", Field.Range(0, 67108864)),
            Backlog = binder.Int(
                "backlog", value.Backlog,
                "Connections that may wait to be accepted. 0: chosen by the proxy.", Field.Range(0, 65535)),
            MaxConnections = binder.UInt(
                "max_connections", value.MaxConnections,
                "Connections of this listener at one time. 0: no bound of its own."),
            PerConnectionBufferLimitBytes = binder.UInt(
                "per_connection_buffer_limit_bytes", value.PerConnectionBufferLimitBytes,
                "Bytes buffered for one connection before reading from its peer pauses."),
        };
        return value;
    }
}

/// <summary>Side of the mesh that a listener is on.</summary>
public enum ListenerDirection
{
    Unspecified,
    Ingress,
    Egress,
}

/// <summary>Kind of socket that a listener opens.</summary>
public enum ListenerNetwork
{
    Tcp,
    Udp,
    Unix,
}

/// <summary>How a listener finds the destination that the client meant.</summary>
public enum OriginalDstMode
{
    None,
    Redirect,
    Tproxy,
}
