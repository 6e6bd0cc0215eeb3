using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Streams;

/// <summary>What is said in a protocol of frames, with clients and with hosts, by its name (label <c>protocol</c>).</summary>
internal static class FrameMetrics
{
    /// <summary>Has every <see cref="FrameMetric"/>. MOSN has none of these.</summary>
    public static MetricSchema Schema { get; } = new("rpc",
    [
        new("request_total", MetricKind.Counter, "Calls of clients that want an answer."),
        new("oneway_total", MetricKind.Counter, "Calls of clients that want none."),
        new("local_reply_total", MetricKind.Counter, "Answers that were made here."),
        new("request_broken_total", MetricKind.Counter, "Frames of clients that are broken, or no frames."),
        new("request_too_large_total", MetricKind.Counter, "Frames of clients that are larger than allowed."),
        new("response_total", MetricKind.Counter, "Answers of hosts."),
        new("response_late_total", MetricKind.Counter, "Answers of hosts that nobody waited for any more."),
        new("response_broken_total", MetricKind.Counter, "Bytes of hosts that are no frames, or too large ones."),
        new("heartbeat_received_total", MetricKind.Counter, "Heartbeats of clients and hosts."),
        new("heartbeat_sent_total", MetricKind.Counter, "Heartbeats to hosts."),
        new("heartbeat_missed_total", MetricKind.Counter, "Heartbeats to hosts that got no answer in time."),
        new("goaway_received_total", MetricKind.Counter, "Hosts that said that they take no more calls."),
        new("goaway_sent_total", MetricKind.Counter, "Clients that were told so."),
        new("response_failed_total", MetricKind.Counter, "Answers of hosts that are no success."),
    ]);

    /// <summary>The counters of a protocol.</summary>
    public static MetricGroup Of(MetricRegistry registry, string protocol) =>
        registry.GetOrAdd(Schema, ("protocol", protocol));

    public static void Add(this MetricGroup group, int loop, FrameMetric metric) => group.Add(loop, (int)metric, 1);
}
