namespace Mosn.Proxy.Config;

/// <summary>The fault_inject network filter: delays bytes.</summary>
public sealed record FaultInjectFilterConfig : TypedFilterConfig, IConfigRecord<FaultInjectFilterConfig>
{
    /// <summary>Reads of a hundred that are delayed.</summary>
    public uint DelayPercent { get; init; }

    /// <summary>The delay.</summary>
    public TimeSpan DelayDuration { get; init; } = TimeSpan.Zero;

    static FaultInjectFilterConfig IConfigRecord<FaultInjectFilterConfig>.Bind(
        ConfigBinder binder, FaultInjectFilterConfig value)
    {
        value = value with
        {
            DelayPercent = binder.UInt(
                "delay_percent", value.DelayPercent,
                "Reads of a hundred that are delayed.", Field.Range(0, 100)),
            DelayDuration = binder.Duration("delay_duration", value.DelayDuration, "The delay."),
        };
        return value;
    }
}
