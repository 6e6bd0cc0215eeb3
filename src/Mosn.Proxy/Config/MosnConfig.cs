namespace Mosn.Proxy.Config;

/// <summary>
/// A whole configuration file as the user wrote it. Plain data: no behaviour, no runtime object.
/// </summary>
public sealed record MosnConfig : IConfigRecord<MosnConfig>
{
    /// <summary>The server; exactly one is supported.</summary>
    public IReadOnlyList<ServerConfig> Servers { get; init; } = [];

    /// <summary>Upstream clusters.</summary>
    public ClusterManagerConfig? ClusterManager { get; init; }

    /// <summary>Address of the admin API. Absent: no admin API.</summary>
    public AdminConfig? Admin { get; init; }

    /// <summary>Metric sinks and what they export.</summary>
    public MetricsConfig? Metrics { get; init; }

    /// <summary>Tracing driver and its settings.</summary>
    public TracingConfig? Tracing { get; init; }

    /// <summary>Path of the file that holds the process id. Empty: mosn.pid in the log directory.</summary>
    public string Pid { get; init; } = "";

    /// <summary>Directory of the hot-upgrade sockets. Empty: the directory of the configuration file.</summary>
    public string UdsDir { get; init; } = "";

    /// <summary>
    /// Downstream connections of the whole process, over all listeners. 0: the built-in bound.
    /// </summary>
    public uint MaxConnections { get; init; }

    /// <summary>Neither take over from an old process nor offer that to a new one.</summary>
    public bool DisableUpgrade { get; init; }

    /// <summary>Old name of disable_upgrade: true has the same effect.</summary>
    public bool CloseGraceful { get; init; }

    /// <summary>Take servers, clusters and extensions from the old process at a hot upgrade.</summary>
    public bool InheritOldMosnconfig { get; init; }

    /// <summary>Profiling endpoint.</summary>
    public PprofConfig? Pprof { get; init; }

    /// <summary>xDS bootstrap: where listeners, routes and clusters come from.</summary>
    public ConfigNode? DynamicResources { get; init; }

    /// <summary>xDS bootstrap: resources that are given in place.</summary>
    public ConfigNode? StaticResources { get; init; }

    /// <summary>How this process names itself to the control plane.</summary>
    public ConfigNode? Node { get; init; }

    /// <summary>Helper processes.</summary>
    public PluginConfig? Plugin { get; init; }

    /// <summary>Protocol codecs that are loaded at run time.</summary>
    public ThirdPartCodecsConfig? ThirdPartCodec { get; init; }

    /// <summary>Extensions that start before the listeners, in this order.</summary>
    public IReadOnlyList<ExtendConfig> Extends { get; init; } = [];

    /// <summary>WebAssembly plugins that filters refer to by name.</summary>
    public IReadOnlyList<WasmPluginConfig> WasmGlobalPlugins { get; init; } = [];

    static MosnConfig IConfigRecord<MosnConfig>.Bind(ConfigBinder binder, MosnConfig value)
    {
        value = value with
        {
            Servers = binder.List("servers", value.Servers, "The server; exactly one is supported."),
            ClusterManager = binder.Object("cluster_manager", value.ClusterManager, "Upstream clusters."),
            Admin = binder.Object("admin", value.Admin, "Address of the admin API. Absent: no admin API."),
            Metrics = binder.Object("metrics", value.Metrics, "Metric sinks and what they export."),
            Tracing = binder.Object(
                "tracing", value.Tracing,
                "Tracing driver and its settings.", Field.Needs(ConfigFeature.Tracing)),
            Pid = binder.String(
                "pid", value.Pid,
                "Path of the file that holds the process id. Empty: mosn.pid in the log directory."),
            UdsDir = binder.String(
                "uds_dir", value.UdsDir,
                "Directory of the hot-upgrade sockets. Empty: the directory of the configuration file."),
            MaxConnections = binder.UInt(
                "max_connections", value.MaxConnections,
                "Downstream connections of the whole process, over all listeners. 0: the built-in bound."),
            DisableUpgrade = binder.Bool(
                "disable_upgrade", value.DisableUpgrade,
                "Neither take over from an old process nor offer that to a new one."),
            CloseGraceful = binder.Bool(
                "close_graceful", value.CloseGraceful,
                "Old name of disable_upgrade: true has the same effect."),
            InheritOldMosnconfig = binder.Bool(
                "inherit_old_mosnconfig", value.InheritOldMosnconfig,
                "Take servers, clusters and extensions from the old process at a hot upgrade.",
                Field.Needs(ConfigFeature.Upgrade)),
            Pprof = binder.Object("pprof", value.Pprof, "Profiling endpoint.", Field.Needs(ConfigFeature.Profiling)),
            DynamicResources = binder.Raw(
                "dynamic_resources", value.DynamicResources,
                "xDS bootstrap: where listeners, routes and clusters come from.", Field.Needs(ConfigFeature.Xds)),
            StaticResources = binder.Raw(
                "static_resources", value.StaticResources,
                "xDS bootstrap: resources that are given in place.", Field.Needs(ConfigFeature.Xds)),
            Node = binder.Raw(
                "node", value.Node,
                "How this process names itself to the control plane.", Field.Needs(ConfigFeature.Xds)),
            Plugin = binder.Object("plugin", value.Plugin, "Helper processes.", Field.Needs(ConfigFeature.Plugins)),
            ThirdPartCodec = binder.Object(
                "third_part_codec", value.ThirdPartCodec,
                "Protocol codecs that are loaded at run time.", Field.Needs(ConfigFeature.Plugins)),
            Extends = binder.List(
                "extends", value.Extends,
                "Extensions that start before the listeners, in this order."),
            WasmGlobalPlugins = binder.List(
                "wasm_global_plugins", value.WasmGlobalPlugins,
                "WebAssembly plugins that filters refer to by name.", Field.Needs(ConfigFeature.Wasm)),
        };
        return value;
    }
}
