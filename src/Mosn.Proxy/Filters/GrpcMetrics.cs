using Mosn.Protocols.Grpc;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// What is counted of each gRPC method, with MOSN's label <c>service</c>, which holds the method: <c>/pkg.Service/Method</c>.
/// The index of a metric is its constant here.
/// </summary>
internal static class GrpcMetrics
{
    public const int RequestTotal = 0;
    public const int ResponseSucceeded = 1;
    public const int ResponseFailed = 2;
    public const int DurationTime = 3;
    public const int DurationTimeTotal = 4;
    private const int FirstStatus = 5;

    public static MetricSchema Schema { get; } = new("grpc",
    [
        new("request_total", MetricKind.Counter, "Calls."),
        new("response_succ_total", MetricKind.Counter, "Calls that ended with status OK."),
        new("response_fail_total", MetricKind.Counter, "Calls that ended otherwise."),
        new("request_duration_time", MetricKind.Histogram, "Nanoseconds from a call's head to its end."),
        new("request_duration_time_total", MetricKind.Counter, "Nanoseconds that calls took, added up."),
        .. Enumerable.Range(0, GrpcStatuses.Count).Select(static status => new MetricDefinition(
            $"status_{GrpcStatuses.NameOf(status)!.ToLowerInvariant()}_total",
            MetricKind.Counter,
            $"Calls that ended with status {GrpcStatuses.NameOf(status)}.")),
        new("status_other_total", MetricKind.Counter, "Calls that ended with a status that has no name."),
    ]);

    /// <summary>The counter of a status.</summary>
    public static int OfStatus(int status) => FirstStatus + (status is >= 0 and < GrpcStatuses.Count ? status : GrpcStatuses.Count);
}
