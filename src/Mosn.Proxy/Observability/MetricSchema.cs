namespace Mosn.Proxy.Observability;

/// <summary>
/// The metrics that every group of one type has, in the order of their index. Immutable; made once and shared by all
/// groups, so that a group costs its numbers and no names.
/// </summary>
public sealed class MetricSchema
{
    /// <summary>No schema is longer; fixed ones are far from it, and the meta group grows with the listeners.</summary>
    internal const int CountMax = 4096;

    private readonly MetricDefinition[] _metrics;
    private readonly int[] _histogramSlots;

    /// <param name="type">MOSN's metrics type, the first part of every exported name: <c>downstream</c>.</param>
    /// <param name="metrics">Copied; at most 4096, with unique names among those that are not unused.</param>
    public MetricSchema(string type, IReadOnlyList<MetricDefinition> metrics)
    {
        Check.That(metrics.Count <= CountMax);
        Type = type;
        _metrics = [.. metrics];
        _histogramSlots = new int[_metrics.Length];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < _metrics.Length; i++)
        {
            Check.That(_metrics[i].Kind == MetricKind.Unused || names.Add(_metrics[i].Name));
            _histogramSlots[i] = _metrics[i].Kind == MetricKind.Histogram ? HistogramCount++ : -1;
        }
    }

    public string Type { get; }

    /// <summary>Number of indexes, unused ones included.</summary>
    public int Count => _metrics.Length;

    /// <summary>How many of the metrics are histograms.</summary>
    public int HistogramCount { get; }

    public MetricDefinition this[int metric] => _metrics[metric];

    /// <summary>The index of a name, or -1.</summary>
    public int IndexOf(string name) =>
        Array.FindIndex(_metrics, metric => metric.Kind != MetricKind.Unused && metric.Name == name);

    /// <summary>Position among the histograms of this schema, or -1 for a metric that is none.</summary>
    internal int HistogramSlot(int metric) => _histogramSlots[metric];
}
