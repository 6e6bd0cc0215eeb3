namespace Mosn.Proxy.Observability;

/// <summary>
/// Index into <see cref="UpstreamMetrics.Cluster"/> and <see cref="UpstreamMetrics.Host"/>, so that the same code
/// counts for both. Those from <see cref="RequestRetry"/> on exist for clusters only. Times are nanoseconds.
/// </summary>
/// <remarks>
/// MOSN's moving averages (<c>*_ewma</c>) have no index: they are never exported, and a balancer keeps them with the
/// host.
/// </remarks>
public enum UpstreamMetric
{
    ConnectionTotal,
    ConnectionClose,
    ConnectionActive,
    ConnectionConFail,
    ConnectionLocalClose,
    ConnectionRemoteClose,
    ConnectionLocalCloseWithActiveRequest,
    ConnectionRemoteCloseWithActiveRequest,
    ConnectionCloseNotify,
    RequestTotal,
    RequestActive,
    RequestLocalReset,
    RequestRemoteReset,
    RequestTimeout,
    RequestFailureEject,
    RequestPendingOverflow,
    RequestDurationTime,
    RequestDurationTimeTotal,
    ResponseSuccess,
    ResponseFailed,
    RequestRetry,
    RequestRetryOverflow,
    ConnectionRetry,
    ConnectionBytesReadTotal,
    ConnectionBytesWrite,
    LbSubsetsFallback,
    LbSubsetsCreated,
    LbHealthyPanic,
}
