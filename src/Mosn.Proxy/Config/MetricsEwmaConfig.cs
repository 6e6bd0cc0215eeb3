namespace Mosn.Proxy.Config;

/// <summary>Decay of moving averages: alpha, or target and duration.</summary>
public sealed record MetricsEwmaConfig : IConfigRecord<MetricsEwmaConfig>
{
    /// <summary>Share of a new value, between 0 and 1.</summary>
    public double Alpha { get; init; }

    /// <summary>What is left of a value after duration, between 0 and 1.</summary>
    public double Target { get; init; }

    /// <summary>Time in which a value decays to target.</summary>
    public TimeSpan? Duration { get; init; }

    static MetricsEwmaConfig IConfigRecord<MetricsEwmaConfig>.Bind(ConfigBinder binder, MetricsEwmaConfig value)
    {
        value = value with
        {
            Alpha = binder.Double("alpha", value.Alpha, "Share of a new value, between 0 and 1."),
            Target = binder.Double("target", value.Target, "What is left of a value after duration, between 0 and 1."),
            Duration = binder.OptionalDuration("duration", value.Duration, "Time in which a value decays to target."),
        };
        return value;
    }
}
