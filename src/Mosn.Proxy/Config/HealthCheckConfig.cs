namespace Mosn.Proxy.Config;

/// <summary>Active health checks of a cluster.</summary>
public sealed record HealthCheckConfig : IConfigRecord<HealthCheckConfig>
{
    /// <summary>Protocol of the check. Unknown or empty: a TCP connection.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Time for one check. 0 stands for 1s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time between two checks. 0 stands for 15s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most that is added at random to the interval.</summary>
    public TimeSpan IntervalJitter { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Time before the first check; a duration, despite its name.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Good checks in a row that make a host healthy.</summary>
    public uint HealthyThreshold { get; init; } = 1;

    /// <summary>Bad checks in a row that make a host unhealthy.</summary>
    public uint UnhealthyThreshold { get; init; } = 1;

    /// <summary>Label of the metrics. Empty: no checks.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>Handed to the check of the protocol.</summary>
    public ConfigNode? CheckConfig { get; init; }

    /// <summary>File that records changes of health.</summary>
    public string EventLogPath { get; init; } = "";

    /// <summary>Names of functions to call on a change.</summary>
    public IReadOnlyList<string> CommonCallbacks { get; init; } = [];

    static HealthCheckConfig IConfigRecord<HealthCheckConfig>.Bind(ConfigBinder binder, HealthCheckConfig value)
    {
        value = value with
        {
            Protocol = binder.String(
                "protocol", value.Protocol,
                "Protocol of the check. Unknown or empty: a TCP connection."),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for one check. 0 stands for 1s.", Field.ZeroMeansDefault),
            Interval = binder.Duration(
                "interval", value.Interval,
                "Time between two checks. 0 stands for 15s.", Field.ZeroMeansDefault),
            IntervalJitter = binder.Duration(
                "interval_jitter", value.IntervalJitter,
                "Most that is added at random to the interval.", Field.ZeroMeansDefault),
            InitialDelay = binder.Duration(
                "initial_delay_seconds", value.InitialDelay,
                "Time before the first check; a duration, despite its name.", Field.ZeroMeansDefault),
            HealthyThreshold = binder.UInt(
                "healthy_threshold", value.HealthyThreshold,
                "Good checks in a row that make a host healthy."),
            UnhealthyThreshold = binder.UInt(
                "unhealthy_threshold", value.UnhealthyThreshold,
                "Bad checks in a row that make a host unhealthy."),
            ServiceName = binder.String("service_name", value.ServiceName, "Label of the metrics. Empty: no checks."),
            CheckConfig = binder.Raw("check_config", value.CheckConfig, "Handed to the check of the protocol."),
            EventLogPath = binder.String("event_log_path", value.EventLogPath, "File that records changes of health."),
            CommonCallbacks = binder.Strings(
                "common_callbacks", value.CommonCallbacks,
                "Names of functions to call on a change."),
        };
        return value;
    }
}
