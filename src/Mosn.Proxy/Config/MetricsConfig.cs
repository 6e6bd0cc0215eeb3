namespace Mosn.Proxy.Config;

/// <summary>Metrics: sinks and what reaches them.</summary>
public sealed record MetricsConfig : IConfigRecord<MetricsConfig>
{
    /// <summary>Where metrics go.</summary>
    public IReadOnlyList<FilterConfig> Sinks { get; init; } = [];

    /// <summary>Leave everything out.</summary>
    public bool RejectAll { get; init; }

    /// <summary>Leave out metrics with one of these labels.</summary>
    public IReadOnlyList<string> ExclusionLabels { get; init; } = [];

    /// <summary>Leave out these metrics.</summary>
    public IReadOnlyList<string> ExclusionKeys { get; init; } = [];

    /// <summary>Name of the shared memory; shm_size must be set, too.</summary>
    public string SharedMemoryZone { get; init; } = "";

    /// <summary>Size of the shared memory, for example 4MB.</summary>
    public long SharedMemorySize { get; init; }

    /// <summary>Export metrics about the proxy itself.</summary>
    public bool FlushMosn { get; init; }

    /// <summary>Make a metric when it is first used.</summary>
    public bool LazyFlush { get; init; }

    /// <summary>How histograms keep samples.</summary>
    public MetricsSampleConfig? Sample { get; init; }

    /// <summary>Decay of moving averages.</summary>
    public MetricsEwmaConfig? Ewma { get; init; }

    static MetricsConfig IConfigRecord<MetricsConfig>.Bind(ConfigBinder binder, MetricsConfig value)
    {
        value = value with
        {
            Sinks = binder.Filters("sinks", value.Sinks, FilterKinds.Sink, "Where metrics go."),
        };
        ConfigBinder statsMatcher = binder.Open("stats_matcher", "What is left out.");
        value = value with
        {
            RejectAll = statsMatcher.Bool("reject_all", value.RejectAll, "Leave everything out."),
            ExclusionLabels = statsMatcher.Strings(
                "exclusion_labels", value.ExclusionLabels,
                "Leave out metrics with one of these labels."),
            ExclusionKeys = statsMatcher.Strings("exclusion_keys", value.ExclusionKeys, "Leave out these metrics."),
        };
        statsMatcher.Close();
        value = value with
        {
            SharedMemoryZone = binder.String(
                "shm_zone", value.SharedMemoryZone,
                "Name of the shared memory; shm_size must be set, too.",
                Field.Needs(ConfigFeature.SharedMemoryMetrics)),
            SharedMemorySize = binder.ByteSize(
                "shm_size", value.SharedMemorySize,
                "Size of the shared memory, for example 4MB.", Field.Needs(ConfigFeature.SharedMemoryMetrics)),
            FlushMosn = binder.Bool("flush_mosn", value.FlushMosn, "Export metrics about the proxy itself."),
            LazyFlush = binder.Bool("lazy_flush", value.LazyFlush, "Make a metric when it is first used."),
            Sample = binder.Object(
                "sample", value.Sample,
                "How histograms keep samples.", Field.Needs(ConfigFeature.MetricSamples)),
            Ewma = binder.Object(
                "ewma", value.Ewma,
                "Decay of moving averages.", Field.Needs(ConfigFeature.AdvancedBalancers)),
        };
        return value;
    }
}
