namespace Mosn.Proxy.Config;

/// <summary>How a new host is warmed up.</summary>
public sealed record SlowStartConfig : IConfigRecord<SlowStartConfig>
{
    /// <summary>Only duration is known. Empty: off.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Time until a host has its whole share.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.Zero;

    /// <summary>Shape of the rise; 1 is linear.</summary>
    public double Aggression { get; init; } = 1.0;

    /// <summary>Share a host begins with.</summary>
    public double MinWeightPercent { get; init; } = 0.10;

    static SlowStartConfig IConfigRecord<SlowStartConfig>.Bind(ConfigBinder binder, SlowStartConfig value)
    {
        value = value with
        {
            Mode = binder.String("mode", value.Mode, "Only duration is known. Empty: off."),
            Duration = binder.Duration(
                "slow_start_duration", value.Duration,
                "Time until a host has its whole share."),
            Aggression = binder.Double("aggression", value.Aggression, "Shape of the rise; 1 is linear."),
            MinWeightPercent = binder.Double(
                "min_weight_percent", value.MinWeightPercent,
                "Share a host begins with."),
        };
        return value;
    }
}
