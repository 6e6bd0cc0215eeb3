namespace Mosn.Proxy.Observability;

/// <summary>Index into <see cref="DownstreamMetrics.Schema"/>. Times are nanoseconds.</summary>
public enum DownstreamMetric
{
    ConnectionTotal,
    ConnectionDestroy,
    ConnectionActive,
    BytesReadTotal,
    BytesWriteTotal,
    RequestTotal,
    RequestActive,
    RequestReset,
    RequestTime,
    RequestTimeTotal,
    ProcessTime,
    ProcessTimeTotal,
    RequestFailed,
    Request200Total,
    Request206Total,
    Request302Total,
    Request304Total,
    Request400Total,
    Request403Total,
    Request404Total,
    Request416Total,
    Request499Total,
    Request500Total,
    Request502Total,
    Request503Total,
    Request504Total,
    RequestOtherCode,
}
