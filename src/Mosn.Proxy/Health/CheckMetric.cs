namespace Mosn.Proxy.Health;

/// <summary>Index into <see cref="CheckMetrics.Schema"/>.</summary>
internal enum CheckMetric
{
    Attempt,
    Success,
    Failure,
    ActiveFailure,
    PassiveFailure,
    NetworkFailure,
    VerifyCluster,
    Healthy,
}
