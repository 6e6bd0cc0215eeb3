namespace Mosn.Proxy.Config;

/// <summary>Heartbeats on upstream connections.</summary>
public sealed record KeepAliveConfig : IConfigRecord<KeepAliveConfig>
{
    /// <summary>Time between two heartbeats. 0: only when the connection is idle.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.Zero;

    /// <summary>Time for an answer. 0 stands for 1s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    static KeepAliveConfig IConfigRecord<KeepAliveConfig>.Bind(ConfigBinder binder, KeepAliveConfig value)
    {
        value = value with
        {
            Interval = binder.Duration(
                "interval", value.Interval,
                "Time between two heartbeats. 0: only when the connection is idle."),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for an answer. 0 stands for 1s.", Field.ZeroMeansDefault),
        };
        return value;
    }
}
