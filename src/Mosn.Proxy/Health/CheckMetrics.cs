using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Health;

/// <summary>
/// What active checks do, by the service name of their configuration (label <c>service</c>), which clusters may share.
/// </summary>
internal static class CheckMetrics
{
    /// <summary>Has every <see cref="CheckMetric"/>; "healty" is MOSN's spelling.</summary>
    public static MetricSchema Schema { get; } = new("healthcheck",
    [
        new("attempt", MetricKind.Counter, "Checks begun."),
        new("success", MetricKind.Counter, "Checks that passed."),
        new("failure", MetricKind.Counter, "Checks that did not pass."),
        new("active_failure", MetricKind.Counter, "Checks that found a bad answer or no connection."),
        new("passive_failure", MetricKind.Counter, "Hosts that failed because of what their requests met."),
        new("network_failure", MetricKind.Counter, "Checks that got no answer in time."),
        new("verify_cluster", MetricKind.Counter, "Not used."),
        new("healty", MetricKind.Gauge, "Hosts that pass their checks."),
    ]);
}
