using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Health;

/// <summary>What outlier detection does in one cluster (label <c>cluster</c>). The names of the counters are Envoy's.</summary>
internal static class OutlierMetrics
{
    public const int EjectionsActive = 0;
    public const int EjectionsOverflow = 1;
    public const int EjectionsEnforcedTotal = 2;
    private const int EnforcedFirst = 3;
    private const int DetectedFirst = EnforcedFirst + KindCount;
    private const int KindCount = 6;

    private static readonly string[] s_kinds =
    [
        "consecutive_5xx",
        "consecutive_gateway_failure",
        "consecutive_local_origin_failure",
        "success_rate",
        "failure_percentage",
        "exception_rate",
    ];

    public static MetricSchema Schema { get; } = new("outlier_detection",
    [
        new("ejections_active", MetricKind.Gauge, "Hosts that are out of use now."),
        new("ejections_overflow", MetricKind.Counter, "Ejections that did not happen, because too few hosts would be left."),
        new("ejections_enforced_total", MetricKind.Counter, "Ejections for any reason."),
        .. s_kinds.Select(static kind => new MetricDefinition(
            $"ejections_enforced_{kind}", MetricKind.Counter, $"Ejections by {kind}.")),
        .. s_kinds.Select(static kind => new MetricDefinition(
            $"ejections_detected_{kind}", MetricKind.Counter, $"Detections by {kind}, ejected or not.")),
    ]);

    public static string NameOf(OutlierKind kind) => s_kinds[(int)kind];

    public static int Enforced(OutlierKind kind) => EnforcedFirst + (int)kind;

    public static int Detected(OutlierKind kind) => DetectedFirst + (int)kind;
}
