using Mosn.Proxy.Config;

namespace Mosn.Proxy.Health;

/// <summary>Outlier detection as a cluster's configuration asks for it. Immutable.</summary>
internal sealed class OutlierSettings(OutlierDetectionConfig config, string eventLogPath)
{
    private const long IntervalMsMin = 10;

    public uint Consecutive5xx { get; } = config.Consecutive5xx;

    public uint ConsecutiveGatewayFailure { get; } = config.ConsecutiveGatewayFailure;

    public uint ConsecutiveLocalOriginFailure { get; } = config.ConsecutiveLocalOriginFailure;

    /// <summary>Tries without an answer are counted apart from answers.</summary>
    public bool SplitsLocalFailures { get; } = config.SplitExternalLocalOriginErrors;

    public long IntervalMs { get; } = Milliseconds(config.Interval, IntervalMsMin);

    public uint MaxEjectionPercent { get; } = config.MaxEjectionPercent;

    public uint SuccessRateHosts { get; } = config.SuccessRateMinimumHosts;

    public uint SuccessRateVolume { get; } = Math.Max(1, config.SuccessRateRequestVolume);

    /// <summary>Standard deviations.</summary>
    public double SuccessRateFactor { get; } = config.SuccessRateStdevFactor / 1000.0;

    /// <summary>Of a hundred.</summary>
    public uint FailureThreshold { get; } = config.FailurePercentageThreshold;

    public uint FailureHosts { get; } = config.FailurePercentageMinimumHosts;

    public uint FailureVolume { get; } = Math.Max(1, config.FailurePercentageRequestVolume);

    public string EventLogPath { get; } = eventLogPath;

    private long BaseEjectionMs { get; } = Milliseconds(config.BaseEjectionTime, 1);

    private long MaxEjectionMs { get; } =
        Math.Max(Milliseconds(config.BaseEjectionTime, 1), Milliseconds(config.MaxEjectionTime, 1));

    private readonly uint[] _enforcing =
    [
        config.EnforcingConsecutive5xx,
        config.EnforcingConsecutiveGatewayFailure,
        config.EnforcingConsecutiveLocalOriginFailure,
        config.EnforcingSuccessRate,
        config.EnforcingFailurePercentage,
    ];

    /// <summary>Null: the cluster has no outlier detection.</summary>
    public static OutlierSettings? Of(ClusterConfig config) => config.OutlierDetection is not { } outliers ? null
        : new OutlierSettings(
            outliers,
            outliers.EventLogPath.Length > 0 ? outliers.EventLogPath : config.HealthCheck?.EventLogPath ?? "");

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint Enforcing(OutlierKind kind) => _enforcing[(int)kind];

    /// <summary>Milliseconds out of use.</summary>
    /// <param name="level">Ejections so far, this one included.</param>
    public long EjectionMs(int level) => Math.Min(MaxEjectionMs, BaseEjectionMs * Math.Max(1, level));

    /// <summary>How many of so many hosts may be out of use.</summary>
    public int EjectedMax(int hostCount) =>
        MaxEjectionPercent == 0 ? 0 : Math.Max(1, (int)((long)hostCount * MaxEjectionPercent / 100));

    private static long Milliseconds(TimeSpan time, long atLeast) =>
        Math.Clamp((long)Math.Ceiling(time.TotalMilliseconds), atLeast, int.MaxValue);
}
