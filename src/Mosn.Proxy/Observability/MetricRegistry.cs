namespace Mosn.Proxy.Observability;

/// <summary>
/// All groups of the process. Thread-safe; made for the control side: a loop keeps the groups it was given and does not
/// look them up.
/// </summary>
public sealed class MetricRegistry
{
    private const int LabelCountMax = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, MetricGroup> _groups = new(StringComparer.Ordinal);
    private readonly StatsMatcher _matcher;
    private readonly long[]?[] _discard;

    /// <param name="loops">How many loops may count; their numbers are 0 to <paramref name="loops"/> - 1.</param>
    /// <param name="matcher">Decides once for each group, when it is made.</param>
    /// <param name="hideZeros">MOSN's <c>lazy_flush</c>: leave out of the exports what is still zero.</param>
    public MetricRegistry(int loops, StatsMatcher matcher, bool hideZeros = false)
    {
        Check.That(loops > 0);
        LoopCount = loops;
        HidesZeros = hideZeros;
        _matcher = matcher;
        _discard = new long[]?[loops];
        Self = GetOrAdd(SelfMetrics.Schema, ("proxy", "global"));
        Downstream = GetOrAdd(DownstreamMetrics.Schema, ("proxy", "global"));
    }

    public int LoopCount { get; }

    public bool HidesZeros { get; }

    /// <summary>Counters about the proxy itself (<see cref="SelfMetric"/>).</summary>
    public MetricGroup Self { get; }

    /// <summary>What all clients together do: <c>downstream.proxy.global</c>.</summary>
    public MetricGroup Downstream { get; }

    /// <summary>
    /// The group of this type with these labels, in any order; the same object for the same labels. A type and its
    /// labels belong to one schema only.
    /// </summary>
    public MetricGroup GetOrAdd(MetricSchema schema, params (string Key, string Value)[] labels)
    {
        Check.That(labels.Length <= LabelCountMax);
        (string Key, string Value)[] sorted = [.. labels.OrderBy(static label => label.Key, StringComparer.Ordinal)];
        string identity = Identity(schema, sorted);
        lock (_lock)
        {
            if (!_groups.TryGetValue(identity, out MetricGroup? group))
            {
                group = new MetricGroup(schema, sorted, LoopCount, _matcher.ExcludesGroup(sorted) ? _discard : null);
                _groups.Add(identity, group);
            }
            Check.That(ReferenceEquals(group.Schema, schema));
            return group;
        }
    }

    /// <summary>
    /// Ends the export of a group whose subject is gone. Whoever still holds it may go on counting in vain. False if it
    /// was not, or is no longer, in here.
    /// </summary>
    public bool Remove(MetricGroup group)
    {
        string identity = Identity(group.Schema, group.Labels);
        lock (_lock)
        {
            return _groups.TryGetValue(identity, out MetricGroup? current) && current == group
                && _groups.Remove(identity);
        }
    }

    /// <summary>The groups that are exported, as they are now, in no order.</summary>
    public IReadOnlyList<MetricGroup> Snapshot()
    {
        lock (_lock)
        {
            return [.. _groups.Values.Where(static group => group.IsExported)];
        }
    }

    /// <summary>Whether a metric appears in exports.</summary>
    internal bool IsExported(MetricDefinition metric) =>
        metric.Kind != MetricKind.Unused && !_matcher.ExcludesMetric(metric.Name);

    // NUL separates, because type, keys and values may hold dots.
    private static string Identity(MetricSchema schema, IEnumerable<(string Key, string Value)> sorted) =>
        string.Join('\0', sorted.Select(static label => $"{label.Key}\0{label.Value}").Prepend(schema.Type));
}
