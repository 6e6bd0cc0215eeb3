namespace Mosn.Proxy.Observability;

/// <summary>
/// What upstreams do: per cluster (label <c>cluster</c>) and per host (labels <c>cluster</c>, <c>host</c>).
/// </summary>
public static class UpstreamMetrics
{
    private static readonly MetricDefinition[] s_common =
    [
        Counter("connection_total", "Connections begun."),
        Counter("connection_close", "Connections closed."),
        Gauge("connection_active", "Connections open now."),
        Counter("connection_con_fail", "Connections that could not be made."),
        Counter("connection_local_close", "Connections that the proxy closed."),
        Counter("connection_remote_close", "Connections that the upstream closed."),
        Counter("connection_local_close_with_active_request", "Connections that the proxy closed under a request."),
        Counter("connection_remote_close_with_active_request", "Connections that the upstream closed under a request."),
        Counter("connection_close_notify", "Connections whose upstream announced that it goes away."),
        Counter("request_total", "Requests sent."),
        Gauge("request_active", "Requests in flight now."),
        Counter("request_local_reset", "Requests that the proxy gave up."),
        Counter("request_remote_reset", "Requests that the upstream reset."),
        Counter("request_timeout", "Requests that got no answer in time, connect timeouts included."),
        Counter("request_failure_eject", "Requests lost with their connection."),
        Counter("request_pending_overflow", "Requests refused by a limit of the cluster."),
        new("request_duration_time", MetricKind.Histogram, "Nanoseconds from sending a request to its last byte."),
        Counter("request_duration_time_total", "Sum of request durations in nanoseconds."),
        Counter("response_success", "Responses that count as good."),
        Counter("response_failed", "Responses that count as bad."),
    ];

    /// <summary>Has every <see cref="UpstreamMetric"/>.</summary>
    public static MetricSchema Cluster { get; } = new("upstream",
    [
        .. s_common,
        Counter("request_retry", "Requests tried again."),
        Counter("request_retry_overflow", "Requests not tried again because of the retry limit."),
        Counter("connection_retry", "Connections tried again."),
        Counter("connection_bytes_read_total", "Bytes read from upstreams."),
        Counter("connection_bytes_write", "Bytes written to upstreams."),
        Counter("lb_subsets_fallback", "Host choices that fell back from their subset."),
        Gauge("lb_subsets_created", "Subsets that exist now."),
        Counter("lb_healthy_panic", "Host choices among all hosts because too few were healthy."),
    ]);

    /// <summary>Ends before <see cref="UpstreamMetric.RequestRetry"/>.</summary>
    public static MetricSchema Host { get; } = new("upstream", s_common);

    private static MetricDefinition Counter(string name, string help) => new(name, MetricKind.Counter, help);

    private static MetricDefinition Gauge(string name, string help) => new(name, MetricKind.Gauge, help);
}
