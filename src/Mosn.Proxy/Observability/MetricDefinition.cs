namespace Mosn.Proxy.Observability;

/// <summary>One metric of a schema.</summary>
/// <param name="Name">As MOSN names it, without the type in front: <c>request_total</c>.</param>
/// <param name="Kind">Decides which methods of <see cref="MetricGroup"/> may be used with its index.</param>
/// <param name="Help">One sentence for the reader of a scrape, without a line break.</param>
public sealed record MetricDefinition(string Name, MetricKind Kind, string Help)
{
    /// <summary>Fills an index that the schema does not have.</summary>
    public static MetricDefinition Unused { get; } = new("", MetricKind.Unused, "");
}
