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
        new("tunnels_total", MetricKind.Counter, "Tunnels opened: WebSockets, other upgrades, CONNECT."),
        new("tunnels_active", MetricKind.Gauge, "Tunnels open now."),
        new("mirrors_lost_total", MetricKind.Counter, "Copies of requests that were not sent whole or got no answer."),
        new("http2_rapid_reset_total", MetricKind.Counter, "HTTP/2 connections ended: requests reset at once."),
        new("http2_provoked_reset_total", MetricKind.Counter, "HTTP/2 connections ended: they made us reset streams."),
        new("http2_settings_flood_total", MetricKind.Counter, "HTTP/2 connections ended: too many SETTINGS."),
        new("http2_ping_flood_total", MetricKind.Counter, "HTTP/2 connections ended: too many PINGs."),
        new("http2_empty_frame_flood_total", MetricKind.Counter, "HTTP/2 connections ended: frames without content."),
        new("http2_priority_flood_total", MetricKind.Counter, "HTTP/2 connections ended: PRIORITY or unknown frames."),
        new("http2_window_update_flood_total", MetricKind.Counter, "HTTP/2 connections ended: too many WINDOW_UPDATEs."),
        new("http2_continuation_flood_total", MetricKind.Counter, "HTTP/2 connections ended: a head without an end."),
        new("http2_header_bomb_total", MetricKind.Counter, "HTTP/2 connections ended: a head that unpacks to far too much."),
        new("http2_output_flood_total", MetricKind.Counter, "HTTP/2 connections ended: answers asked for and not read."),
        new("http2_window_stall_total", MetricKind.Counter, "HTTP/2 streams ended: the client kept its window shut."),
        new("http2_slow_stream_total", MetricKind.Counter, "HTTP/2 streams or connections ended: too slow."),
    ]);
}
