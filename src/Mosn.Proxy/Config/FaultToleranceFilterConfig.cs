namespace Mosn.Proxy.Config;

/// <summary>
/// The fault_tolerance stream filter: takes hosts out of use that fail much more often than the others of their cluster.
/// </summary>
public sealed record FaultToleranceFilterConfig : TypedFilterConfig, IConfigRecord<FaultToleranceFilterConfig>
{
    /// <summary>Without it, nothing happens.</summary>
    public bool Enabled { get; init; }

    /// <summary>Statuses that count as failures. None: 502, 503 and 504.</summary>
    public IReadOnlyList<int> ExceptionTypes { get; init; } = [];

    /// <summary>Milliseconds between two looks.</summary>
    public long TimeWindow { get; init; } = 10_000;

    /// <summary>Requests in a window for a host to count.</summary>
    public long LeastWindowCount { get; init; } = 10;

    /// <summary>How many times the average rate of failures is too much.</summary>
    public double ExceptionRateMultiple { get; init; } = 5;

    /// <summary>Hosts of a cluster that may be out of use at one time.</summary>
    public long MaxIpCount { get; init; } = 1;

    /// <summary>Share of a cluster's hosts that may be out of use at one time, from 0 to 1. 0: no such bound.</summary>
    public double MaxIpRatio { get; init; }

    /// <summary>Milliseconds out of use.</summary>
    public long RecoverTime { get; init; } = 900_000;

    static FaultToleranceFilterConfig IConfigRecord<FaultToleranceFilterConfig>.Bind(
        ConfigBinder binder, FaultToleranceFilterConfig value)
    {
        value = value with
        {
            Enabled = binder.Bool("enabled", value.Enabled, "Without it, nothing happens."),
            ExceptionTypes = binder.Ints(
                "exceptionTypes", value.ExceptionTypes, "Statuses that count as failures. None: 502, 503 and 504."),
            TimeWindow = binder.Long(
                "timeWindow", value.TimeWindow,
                "Milliseconds between two looks.", Field.Range(10, int.MaxValue)),
            LeastWindowCount = binder.Long(
                "leastWindowCount", value.LeastWindowCount,
                "Requests in a window for a host to count.", Field.Range(1, int.MaxValue)),
            ExceptionRateMultiple = binder.Double(
                "exceptionRateMultiple", value.ExceptionRateMultiple,
                "How many times the average rate of failures is too much."),
            MaxIpCount = binder.Long(
                "maxIpCount", value.MaxIpCount,
                "Hosts of a cluster that may be out of use at one time.", Field.Range(0, int.MaxValue)),
            MaxIpRatio = binder.Double(
                "maxIpRatio", value.MaxIpRatio,
                "Share of a cluster's hosts that may be out of use at one time, from 0 to 1. 0: no such bound."),
            RecoverTime = binder.Long(
                "recoverTime", value.RecoverTime, "Milliseconds out of use.", Field.Range(1, int.MaxValue)),
        };
        binder.Ignored("taskSize", "The work is done on event loops.");
        return value;
    }
}
