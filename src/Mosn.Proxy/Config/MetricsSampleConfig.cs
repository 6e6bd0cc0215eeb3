namespace Mosn.Proxy.Config;

/// <summary>How histograms keep samples.</summary>
public sealed record MetricsSampleConfig : IConfigRecord<MetricsSampleConfig>
{
    /// <summary>Kind of reservoir.</summary>
    public SampleType Type { get; init; } = SampleType.Uniform;

    /// <summary>Samples that are kept.</summary>
    public int Size { get; init; } = 100;

    /// <summary>Decay of old samples.</summary>
    public double ExpDecayAlpha { get; init; } = 0.5;

    static MetricsSampleConfig IConfigRecord<MetricsSampleConfig>.Bind(
        ConfigBinder binder, MetricsSampleConfig value)
    {
        value = value with
        {
            Type = binder.Enum("type", value.Type, ConfigNames.SampleType, "Kind of reservoir."),
            Size = binder.Int("size", value.Size, "Samples that are kept.", Field.Range(0, 1000000)),
            ExpDecayAlpha = binder.Double("exp_decay_alpha", value.ExpDecayAlpha, "Decay of old samples."),
        };
        return value;
    }
}

/// <summary>Kind of reservoir that a histogram keeps.</summary>
public enum SampleType
{
    Uniform,
    ExpDecay,
}
