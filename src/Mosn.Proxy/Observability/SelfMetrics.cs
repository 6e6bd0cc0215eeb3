namespace Mosn.Proxy.Observability;

/// <summary>
/// Counters about the proxy itself; they appear as <c>mosn_bugs_total</c> and so on. MOSN has none of these.
/// </summary>
public static class SelfMetrics
{
    public static MetricSchema Schema { get; } = new("mosn",
    [
        new("bugs_total", MetricKind.Counter, "Invariants found broken; each ended one connection."),
        new("access_log_dropped_total", MetricKind.Counter, "Access log lines dropped because the writer fell behind."),
        new("error_log_dropped_total", MetricKind.Counter, "Error log lines dropped because the queue was full."),
        new("log_write_failed_total", MetricKind.Counter, "Log writes that the operating system refused."),
        new("accept_errors_total", MetricKind.Counter, "Connections that the system had no descriptor or memory for."),
        new("clusters_unmarked_total", MetricKind.Counter, "Clusters whose mark the process lacks the capability for."),
        new("connections_shed_total", MetricKind.Counter, "Connections reset at once because a limit was reached."),
        new("requests_rejected_total", MetricKind.Counter, "Requests refused because they were not valid messages."),
        new("connections_unknown_total", MetricKind.Counter, "Connections closed because their protocol is unknown."),
        new("mirrors_lost_total", MetricKind.Counter, "Copies of requests that were not sent whole or got no answer."),
    ]);
}
