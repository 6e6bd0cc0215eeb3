namespace Mosn.Proxy.Config;

/// <summary>Heartbeats on upstream connections.</summary>
public sealed record KeepAliveConfig : IConfigRecord<KeepAliveConfig>
{
    /// <summary>Time without a byte from the host after which it is asked. 0: never.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.Zero;

    /// <summary>Time for an answer. 0 stands for 1s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    static KeepAliveConfig IConfigRecord<KeepAliveConfig>.Bind(ConfigBinder binder, KeepAliveConfig value)
    {
        value = value with
        {
            Interval = binder.Duration(
                "interval", value.Interval,
                "Time without a byte from the host after which it is asked. 0: never."),
            Timeout = binder.Duration(
                "timeout", value.Timeout,
                "Time for an answer. 0 stands for 1s.", Field.ZeroMeansDefault),
        };
        return value;
    }
}
