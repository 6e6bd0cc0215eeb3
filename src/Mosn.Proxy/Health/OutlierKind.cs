namespace Mosn.Proxy.Health;

/// <summary>What makes a host an outlier. Index of its counters in <see cref="OutlierMetrics"/>.</summary>
internal enum OutlierKind
{
    Consecutive5xx,
    ConsecutiveGatewayFailure,
    ConsecutiveLocalOriginFailure,
    SuccessRate,
    FailurePercentage,
    ExceptionRate,
}
