namespace Mosn.Proxy.Config;

/// <summary>The one server of a process: its log, its worker loops, its listeners and routers.</summary>
public sealed record ServerConfig : IConfigRecord<ServerConfig>
{
    /// <summary>Name of the server.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Path of the error log, or stdout, stderr, syslog. Empty: mosn.log in the log directory.
    /// </summary>
    public string DefaultLogPath { get; init; } = "";

    /// <summary>Least severe level that is written.</summary>
    public ConfigLogLevel DefaultLogLevel { get; init; } = ConfigLogLevel.Info;

    /// <summary>How log files are rotated, for example time=24 or size=100 age=7 keep=10 compress=on.</summary>
    public LogRollerConfig? GlobalLogRoller { get; init; }

    /// <summary>Time base of a graceful stop and of a hot upgrade. 0 stands for 30s.</summary>
    public TimeSpan GracefulTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Worker loops. 0 or auto: one for each core that the process may use.</summary>
    public int Processor { get; init; }

    /// <summary>Whether a worker loop that wakes waits for its turn on a core that is busy.</summary>
    public LoopScheduling Scheduling { get; init; } = LoopScheduling.Batch;

    /// <summary>Listeners of this server.</summary>
    public IReadOnlyList<ListenerConfig> Listeners { get; init; } = [];

    /// <summary>Named router configurations that proxy filters refer to.</summary>
    public IReadOnlyList<RouterConfig> Routers { get; init; } = [];

    static ServerConfig IConfigRecord<ServerConfig>.Bind(ConfigBinder binder, ServerConfig value)
    {
        value = value with
        {
            Name = binder.String("mosn_server_name", value.Name, "Name of the server."),
            DefaultLogPath = binder.String(
                "default_log_path", value.DefaultLogPath,
                "Path of the error log, or stdout, stderr, syslog. Empty: mosn.log in the log directory."),
            DefaultLogLevel = binder.Enum(
                "default_log_level", value.DefaultLogLevel, ConfigNames.ConfigLogLevel,
                "Least severe level that is written."),
            GlobalLogRoller = binder.LogRoller(
                "global_log_roller", value.GlobalLogRoller,
                "How log files are rotated, for example time=24 or size=100 age=7 keep=10 compress=on."),
        };
        binder.Ignored("use_netpoll_mode", "Every connection is served by an event loop here.");
        value = value with
        {
            GracefulTimeout = binder.Duration(
                "graceful_timeout", value.GracefulTimeout,
                "Time base of a graceful stop and of a hot upgrade. 0 stands for 30s.", Field.ZeroMeansDefault),
            Processor = binder.Processor(
                "processor", value.Processor,
                "Worker loops. 0 or auto: one for each core that the process may use."),
            Scheduling = binder.Enum(
                "scheduling", value.Scheduling, ConfigNames.LoopScheduling,
                "How the system schedules worker loops: batch for more requests a second, or normal."),
            Listeners = binder.List("listeners", value.Listeners, "Listeners of this server."),
            Routers = binder.List(
                "routers", value.Routers,
                "Named router configurations that proxy filters refer to."),
        };
        return value;
    }
}

/// <summary>Levels of the error log, most severe first, numbered as MOSN does.</summary>
public enum ConfigLogLevel
{
    Fatal,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// <summary>Scheduling policy of the worker loops' threads, see sched(7).</summary>
public enum LoopScheduling
{
    /// <summary>SCHED_BATCH: a loop that wakes lets who runs finish its slice, and finds more to do at once.</summary>
    Batch,

    /// <summary>What the process was started with: a loop that wakes may drive others from their core.</summary>
    Normal,
}
