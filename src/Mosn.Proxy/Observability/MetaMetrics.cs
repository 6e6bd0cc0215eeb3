namespace Mosn.Proxy.Observability;

/// <summary>
/// What this process is: gauges whose names carry the facts, label <c>mosn=info</c>. Exported only when the
/// configuration asks for it (<c>flush_mosn</c>): then, and only then, add the group.
/// </summary>
public static class MetaMetrics
{
    /// <summary>Index of the gauge that holds the stage number of the process.</summary>
    public const int StateCode = 0;

    /// <summary>
    /// A schema for these facts. A listener that comes later needs a new schema: remove the old group, add a new one.
    /// All gauges but <see cref="StateCode"/> are to be set to 1.
    /// </summary>
    public static MetricSchema Schema(string version, IEnumerable<string> listenerAddresses) => new("meta",
    [
        new("mosn_state_code", MetricKind.Gauge, "Stage of the process."),
        new($"version:{version}", MetricKind.Gauge, "Version of the proxy."),
        .. listenerAddresses.Distinct(StringComparer.Ordinal).Take(MetricSchema.CountMax - 2).Select(
            static address => new MetricDefinition(
                $"listener_address:{address}", MetricKind.Gauge, "A listening address.")),
    ]);
}
