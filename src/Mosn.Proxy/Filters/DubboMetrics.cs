using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>
/// What is counted of each Dubbo method, with MOSN's labels <c>listener</c>, <c>service</c>, <c>method</c> and, if it is
/// configured, <c>subset</c>. The index of a metric is its constant here.
/// </summary>
internal static class DubboMetrics
{
    public const int RequestTotal = 0;
    public const int ResponseSucceeded = 1;
    public const int ResponseFailed = 2;
    public const int ResponseException = 3;
    public const int DurationTime = 4;
    public const int DurationTimeTotal = 5;

    public static MetricSchema Schema { get; } = new("mosn",
    [
        new("request_total", MetricKind.Counter, "Calls."),
        new("response_succ_total", MetricKind.Counter, "Calls that ended with status 20, OK."),
        new("response_fail_total", MetricKind.Counter, "Calls that ended otherwise."),
        new("response_exception_total", MetricKind.Counter, "Calls with status 20 whose answer is an exception of the service."),
        new("request_duration_time", MetricKind.Histogram, "Nanoseconds from a call's frame to its end."),
        new("request_duration_time_total", MetricKind.Counter, "Nanoseconds that calls took, added up."),
    ]);
}
