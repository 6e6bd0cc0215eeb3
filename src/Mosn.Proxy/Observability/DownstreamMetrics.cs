namespace Mosn.Proxy.Observability;

/// <summary>
/// What clients do. Used with the label <c>proxy=global</c> for the whole process and with <c>listener=NAME</c> for one
/// listener.
/// </summary>
public static class DownstreamMetrics
{
    private const int StatusMax = 504;

    private static readonly DownstreamMetric[] s_byStatus = ByStatus();

    public static MetricSchema Schema { get; } = new("downstream",
    [
        Counter("connection_total", "Connections accepted."),
        Counter("connection_destroy", "Connections closed."),
        Gauge("connection_active", "Connections open now."),
        Counter("bytes_read_total", "Bytes read from clients."),
        Counter("bytes_write_total", "Bytes written to clients."),
        Counter("request_total", "Requests begun."),
        Gauge("request_active", "Requests in flight now."),
        Counter("request_reset", "Requests that the client or its connection gave up."),
        Histogram("request_time", "Nanoseconds from the start of a request to its end."),
        Counter("request_time_total", "Sum of request times in nanoseconds."),
        Histogram("process_time", "Nanoseconds of a request that the proxy itself spent."),
        Counter("process_time_total", "Sum of process times in nanoseconds."),
        Counter("request_failed", "Requests that the proxy answered with an error of its own."),
        .. Statuses(),
        Counter("request_other_code", "Responses with a status that has no counter of its own."),
    ]);

    /// <summary>The counter of a response status, whatever number a peer sent. A table look-up.</summary>
    public static DownstreamMetric ForStatus(int status) =>
        (uint)status < (uint)s_byStatus.Length ? s_byStatus[status] : DownstreamMetric.RequestOtherCode;

    private static IEnumerable<(DownstreamMetric Metric, int Status)> Counted() =>
        Enumerable.Range((int)DownstreamMetric.Request200Total, 13)
            .Zip([200, 206, 302, 304, 400, 403, 404, 416, 499, 500, 502, 503, StatusMax],
                static (index, status) => ((DownstreamMetric)index, status));

    private static IEnumerable<MetricDefinition> Statuses() => Counted().Select(
        static pair => Counter($"request_{pair.Status}_total", $"Responses with status {pair.Status}."));

    private static DownstreamMetric[] ByStatus()
    {
        DownstreamMetric[] table = new DownstreamMetric[StatusMax + 1];
        Array.Fill(table, DownstreamMetric.RequestOtherCode);
        foreach ((DownstreamMetric metric, int status) in Counted())
        {
            table[status] = metric;
        }
        return table;
    }

    private static MetricDefinition Counter(string name, string help) => new(name, MetricKind.Counter, help);

    private static MetricDefinition Gauge(string name, string help) => new(name, MetricKind.Gauge, help);

    private static MetricDefinition Histogram(string name, string help) => new(name, MetricKind.Histogram, help);
}
