namespace Mosn.Proxy.Config;

/// <summary>When hosts are taken out of use because of what their requests bring. Names, meanings and defaults are Envoy's.</summary>
public sealed record OutlierDetectionConfig : IConfigRecord<OutlierDetectionConfig>
{
    /// <summary>Answers of 500 and above in a row. 0: off.</summary>
    public uint Consecutive5xx { get; init; } = 5;

    /// <summary>Answers of 502, 503 or 504 in a row. 0: off.</summary>
    public uint ConsecutiveGatewayFailure { get; init; } = 5;

    /// <summary>Requests in a row that got no answer. Needs SplitExternalLocalOriginErrors. 0: off.</summary>
    public uint ConsecutiveLocalOriginFailure { get; init; } = 5;

    /// <summary>Requests without an answer are counted apart, and not as answers of 503.</summary>
    public bool SplitExternalLocalOriginErrors { get; init; }

    /// <summary>Time between two looks at the rates.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time out of use, times the ejections so far.</summary>
    public TimeSpan BaseEjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time out of use.</summary>
    public TimeSpan MaxEjectionTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Hosts of a hundred that may be out of use; one may always be, unless this is 0.</summary>
    public uint MaxEjectionPercent { get; init; } = 10;

    /// <summary>Hosts with enough requests that success rates are compared among.</summary>
    public uint SuccessRateMinimumHosts { get; init; } = 5;

    /// <summary>Requests in an interval for a success rate to count.</summary>
    public uint SuccessRateRequestVolume { get; init; } = 100;

    /// <summary>Standard deviations below the mean success rate, in thousandths.</summary>
    public uint SuccessRateStdevFactor { get; init; } = 1900;

    /// <summary>Failed requests of a hundred.</summary>
    public uint FailurePercentageThreshold { get; init; } = 85;

    /// <summary>Hosts with enough requests that are needed for the failure percentage.</summary>
    public uint FailurePercentageMinimumHosts { get; init; } = 5;

    /// <summary>Requests in an interval for a failure percentage to count.</summary>
    public uint FailurePercentageRequestVolume { get; init; } = 50;

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint EnforcingConsecutive5xx { get; init; } = 100;

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint EnforcingConsecutiveGatewayFailure { get; init; }

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint EnforcingConsecutiveLocalOriginFailure { get; init; } = 100;

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint EnforcingSuccessRate { get; init; } = 100;

    /// <summary>Detections of a hundred that lead to an ejection.</summary>
    public uint EnforcingFailurePercentage { get; init; }

    /// <summary>File that records ejections and returns. Empty: that of the health checks, if they have one.</summary>
    public string EventLogPath { get; init; } = "";

    static OutlierDetectionConfig IConfigRecord<OutlierDetectionConfig>.Bind(
        ConfigBinder binder, OutlierDetectionConfig value)
    {
        value = BindConsecutive(binder, value);
        value = BindTimes(binder, value);
        value = BindRates(binder, value);
        return value with
        {
            EventLogPath = binder.String(
                "event_log_path", value.EventLogPath,
                "File that records ejections and returns. Empty: that of the health checks, if they have one."),
        };
    }

    private static OutlierDetectionConfig BindConsecutive(ConfigBinder binder, OutlierDetectionConfig value) => value with
    {
        Consecutive5xx = binder.UInt(
            "consecutive_5xx", value.Consecutive5xx, "Answers of 500 and above in a row. 0: off."),
        EnforcingConsecutive5xx = Percent(binder, "enforcing_consecutive_5xx", value.EnforcingConsecutive5xx),
        ConsecutiveGatewayFailure = binder.UInt(
            "consecutive_gateway_failure", value.ConsecutiveGatewayFailure,
            "Answers of 502, 503 or 504 in a row. 0: off."),
        EnforcingConsecutiveGatewayFailure = Percent(
            binder, "enforcing_consecutive_gateway_failure", value.EnforcingConsecutiveGatewayFailure),
        SplitExternalLocalOriginErrors = binder.Bool(
            "split_external_local_origin_errors", value.SplitExternalLocalOriginErrors,
            "Requests without an answer are counted apart, and not as answers of 503."),
        ConsecutiveLocalOriginFailure = binder.UInt(
            "consecutive_local_origin_failure", value.ConsecutiveLocalOriginFailure,
            "Requests in a row that got no answer. Needs split_external_local_origin_errors. 0: off."),
        EnforcingConsecutiveLocalOriginFailure = Percent(
            binder, "enforcing_consecutive_local_origin_failure", value.EnforcingConsecutiveLocalOriginFailure),
    };

    private static OutlierDetectionConfig BindTimes(ConfigBinder binder, OutlierDetectionConfig value) => value with
    {
        Interval = binder.Duration(
            "interval", value.Interval, "Time between two looks at the rates.", Field.ZeroMeansDefault),
        BaseEjectionTime = binder.Duration(
            "base_ejection_time", value.BaseEjectionTime,
            "Time out of use, times the ejections so far.", Field.ZeroMeansDefault),
        MaxEjectionTime = binder.Duration(
            "max_ejection_time", value.MaxEjectionTime, "Longest time out of use.", Field.ZeroMeansDefault),
        MaxEjectionPercent = binder.UInt(
            "max_ejection_percent", value.MaxEjectionPercent,
            "Hosts of a hundred that may be out of use; one may always be, unless this is 0.", Field.Range(0, 100)),
    };

    private static OutlierDetectionConfig BindRates(ConfigBinder binder, OutlierDetectionConfig value) => value with
    {
        SuccessRateMinimumHosts = binder.UInt(
            "success_rate_minimum_hosts", value.SuccessRateMinimumHosts,
            "Hosts with enough requests that success rates are compared among."),
        SuccessRateRequestVolume = binder.UInt(
            "success_rate_request_volume", value.SuccessRateRequestVolume,
            "Requests in an interval for a success rate to count."),
        SuccessRateStdevFactor = binder.UInt(
            "success_rate_stdev_factor", value.SuccessRateStdevFactor,
            "Standard deviations below the mean success rate, in thousandths."),
        EnforcingSuccessRate = Percent(binder, "enforcing_success_rate", value.EnforcingSuccessRate),
        FailurePercentageThreshold = binder.UInt(
            "failure_percentage_threshold", value.FailurePercentageThreshold,
            "Failed requests of a hundred.", Field.Range(0, 100)),
        FailurePercentageMinimumHosts = binder.UInt(
            "failure_percentage_minimum_hosts", value.FailurePercentageMinimumHosts,
            "Hosts with enough requests that are needed for the failure percentage."),
        FailurePercentageRequestVolume = binder.UInt(
            "failure_percentage_request_volume", value.FailurePercentageRequestVolume,
            "Requests in an interval for a failure percentage to count."),
        EnforcingFailurePercentage = Percent(binder, "enforcing_failure_percentage", value.EnforcingFailurePercentage),
    };

    private static uint Percent(ConfigBinder binder, string name, uint value) => binder.UInt(
        name, value, "Detections of a hundred that lead to an ejection.", Field.Range(0, 100));
}
