using Mosn.Proxy.Config;

namespace Mosn.Proxy.Health;

/// <summary>Outlier detection as a cluster's configuration, or a fault_tolerance filter, asks for it. Immutable.</summary>
internal sealed class OutlierSettings(OutlierDetectionConfig config, FaultToleranceRule? rule, string eventLogPath)
{
    /// <summary>The rules of a cluster that has a fault_tolerance filter before it and no rules of its own.</summary>
    private static readonly OutlierDetectionConfig s_none = new()
    {
        Consecutive5xx = 0,
        ConsecutiveGatewayFailure = 0,
        ConsecutiveLocalOriginFailure = 0,
        SuccessRateMinimumHosts = uint.MaxValue,
        FailurePercentageMinimumHosts = uint.MaxValue,
    };

    private const long IntervalMsMin = 10;

    private readonly uint[] _enforcing =
    [
        config.EnforcingConsecutive5xx,
        config.EnforcingConsecutiveGatewayFailure,
        config.EnforcingConsecutiveLocalOriginFailure,
        config.EnforcingSuccessRate,
        config.EnforcingFailurePercentage,
        100,
    ];

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

    /// <summary>Null: no listener has the filter for this cluster.</summary>
    public FaultToleranceRule? Rule { get; } = rule;

    private long BaseEjectionMs { get; } = Milliseconds(config.BaseEjectionTime, 1);

    private long MaxEjectionMs { get; } =
        Math.Max(Milliseconds(config.BaseEjectionTime, 1), Milliseconds(config.MaxEjectionTime, 1));

    /// <summary>Null: the cluster has no outlier detection.</summary>
    /// <param name="rule">Of a fault_tolerance filter; null: there is none.</param>
    public static OutlierSettings? Of(ClusterConfig config, FaultToleranceRule? rule) =>
        config.OutlierDetection is null && rule is null ? null : new OutlierSettings(
            config.OutlierDetection ?? s_none,
            rule,
            config.OutlierDetection is { EventLogPath.Length: > 0 } own
                ? own.EventLogPath
                : config.HealthCheck?.EventLogPath ?? "");

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint Enforcing(OutlierKind kind) => _enforcing[(int)kind];

    /// <summary>Milliseconds out of use.</summary>
    /// <param name="level">Ejections so far, this one included.</param>
    public long EjectionMs(OutlierKind kind, int level) => kind == OutlierKind.ExceptionRate
        ? Rule!.RecoverMs
        : Math.Min(MaxEjectionMs, BaseEjectionMs * Math.Max(1, level));

    /// <summary>How many of so many hosts may be out of use.</summary>
    public long EjectedMax(OutlierKind kind, int hostCount) => kind == OutlierKind.ExceptionRate
        ? Rule!.OutMax(hostCount)
        : MaxEjectionPercent == 0 ? 0 : Math.Max(1, (long)hostCount * MaxEjectionPercent / 100);

    private static long Milliseconds(TimeSpan time, long atLeast) =>
        Math.Clamp((long)Math.Ceiling(time.TotalMilliseconds), atLeast, int.MaxValue);
}
