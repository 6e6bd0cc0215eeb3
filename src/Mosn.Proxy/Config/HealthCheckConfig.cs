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

    /// <summary>Time between two checks of a host that failed them. 0: as the interval.</summary>
    public TimeSpan UnhealthyInterval { get; init; } = TimeSpan.Zero;

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

    /// <summary>What is sent and what must come back; without it, a connection is enough.</summary>
    public CheckConfig? CheckConfig { get; init; }

    /// <summary>Requests in a row that found no connection or lost it, and so fail the host before its check does. 0: off.</summary>
    public uint PassiveFailures { get; init; }

    /// <summary>File that records every check.</summary>
    public string EventLogPath { get; init; } = "";

    /// <summary>Names of functions to call after every check.</summary>
    public IReadOnlyList<string> CommonCallbacks { get; init; } = [];

    /// <summary>Whether a protocol is that of grpc.health.v1, which hosts are asked in over HTTP/2.</summary>
    internal static bool IsGrpc(string protocol) => protocol is "grpc" or "gRPC";

    static HealthCheckConfig IConfigRecord<HealthCheckConfig>.Bind(ConfigBinder binder, HealthCheckConfig value)
    {
        value = value with
        {
            Protocol = binder.String(
                "protocol", value.Protocol,
                "Protocol of the check: Http1, Http2 or grpc. Unknown or empty: a TCP connection."),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for one check. 0 stands for 1s.", Field.ZeroMeansDefault),
            Interval = binder.Duration(
                "interval", value.Interval,
                "Time between two checks. 0 stands for 15s.", Field.ZeroMeansDefault),
            UnhealthyInterval = binder.Duration(
                "unhealthy_interval", value.UnhealthyInterval,
                "Time between two checks of a host that failed them. 0: as the interval."),
            IntervalJitter = binder.Duration(
                "interval_jitter", value.IntervalJitter,
                "Most that is added at random to the interval.", Field.ZeroMeansDefault),
            InitialDelay = binder.Duration(
                "initial_delay_seconds", value.InitialDelay,
                "Time before the first check; a duration, despite its name.", Field.ZeroMeansDefault),
            HealthyThreshold = binder.UInt(
                "healthy_threshold", value.HealthyThreshold,
                "Good checks in a row that make a host healthy. 0 stands for 1.", Field.ZeroMeansDefault),
            UnhealthyThreshold = binder.UInt(
                "unhealthy_threshold", value.UnhealthyThreshold,
                "Bad checks in a row that make a host unhealthy. 0 stands for 1.", Field.ZeroMeansDefault),
            ServiceName = binder.String("service_name", value.ServiceName, "Label of the metrics. Empty: no checks."),
            CheckConfig = binder.Object(
                "check_config", value.CheckConfig,
                "What is sent and what must come back; without it, a connection is enough."),
            PassiveFailures = binder.UInt(
                "passive_failures", value.PassiveFailures,
                "Requests in a row that found no connection or lost it, and so fail the host before its check does. 0: off."),
            EventLogPath = binder.String("event_log_path", value.EventLogPath, "File that records every check."),
            CommonCallbacks = binder.Strings(
                "common_callbacks", value.CommonCallbacks,
                "Names of functions to call after every check."),
        };
        return value;
    }
}
