using System.Diagnostics;

namespace Mosn.Proxy.Observability;

/// <summary>
/// The numbers of one (schema, labels) pair. Each loop adds to an array of its own, without atomic instructions, and a
/// reader sums the arrays up: it may see one loop's newest addition and not another's, and never a number that was
/// not there. Arrays are made by the first use on their loop.
/// </summary>
public sealed class MetricGroup
{
    // One cache line of nothing before and after the numbers: arrays of two loops can be neighbours on the heap.
    private const int Padding = 8;

    private readonly bool _keeps;
    private readonly long[]?[] _loops;
    private readonly MetricHistogram?[]?[] _histograms;
    private long[]? _shared;
    private MetricGroup[] _parts = [];

    /// <param name="discard">
    /// If not null, the group keeps nothing: all such groups add to these same arrays, which nobody reads, so that
    /// excluding a million hosts saves their memory and the hot path needs no branch for it.
    /// </param>
    internal MetricGroup(
        MetricSchema schema, (string Key, string Value)[] sortedLabels, int loopCount, long[]?[]? discard)
    {
        Schema = schema;
        Labels = sortedLabels;
        Namespace = string.Join('.', sortedLabels.Select(static label => $"{label.Key}.{label.Value}"));
        _keeps = discard is null;
        _loops = discard ?? new long[]?[loopCount];
        _histograms = schema.HistogramCount > 0 ? new MetricHistogram?[]?[loopCount] : [];
    }

    public MetricSchema Schema { get; }

    /// <summary>Sorted by key.</summary>
    public IReadOnlyList<(string Key, string Value)> Labels { get; }

    /// <summary>MOSN's flat form of the labels: <c>cluster.c1.host.127.0.0.1:80</c>.</summary>
    public string Namespace { get; }

    /// <summary>False for what the stats matcher leaves out: updates are accepted, and nothing is kept unless it is private.</summary>
    public bool IsExported => _keeps && !IsPrivate;

    /// <summary>True for numbers that the proxy itself needs and nobody exports; histograms keep nothing then.</summary>
    internal bool IsPrivate { get; init; }

    /// <summary>
    /// Makes this group a part of <paramref name="total"/>, which from then on reads as the sum of its parts and of what is
    /// added to it directly: the hot path then counts once and not twice. For good, because what was counted stays.
    /// </summary>
    /// <returns>The group to add to: this one, or the total if this one keeps nothing.</returns>
    public MetricGroup JoinTo(MetricGroup total)
    {
        Check.That(total != this && ReferenceEquals(total.Schema, Schema));
        if (!IsExported)
        {
            return total;
        }
        MetricGroup[] parts = Volatile.Read(ref total._parts);
        while (!parts.Contains(this))
        {
            MetricGroup[] seen = Interlocked.CompareExchange(ref total._parts, [.. parts, this], parts);
            if (seen == parts)
            {
                break;
            }
            parts = seen;
        }
        return this;
    }

    /// <summary>Adds on the thread of loop number <paramref name="loop"/>, and on no other.</summary>
    public void Add(int loop, int metric, long delta)
    {
        Debug.Assert(Schema[metric].Kind is MetricKind.Counter or MetricKind.Gauge, "Histograms are recorded.");
        long[] cells = _loops[loop] ?? MakeCells(loop);
        cells[Padding + metric] += delta;
    }

    /// <inheritdoc cref="Add(int, int, long)"/>
    public void Add(int loop, DownstreamMetric metric, long delta = 1) => Add(loop, (int)metric, delta);

    /// <inheritdoc cref="Add(int, int, long)"/>
    public void Add(int loop, UpstreamMetric metric, long delta = 1) => Add(loop, (int)metric, delta);

    /// <inheritdoc cref="Add(int, int, long)"/>
    public void Add(int loop, SelfMetric metric, long delta = 1) => Add(loop, (int)metric, delta);

    /// <summary>Adds from any thread, atomically. For the control side and for what is rare.</summary>
    public void AddShared(int metric, long delta)
    {
        if (_keeps)
        {
            Interlocked.Add(ref SharedCell(metric), delta);
        }
    }

    /// <inheritdoc cref="AddShared(int, long)"/>
    public void AddShared(SelfMetric metric, long delta = 1) => AddShared((int)metric, delta);

    /// <inheritdoc cref="AddShared(int, long)"/>
    public void AddShared(UpstreamMetric metric, long delta = 1) => AddShared((int)metric, delta);

    /// <summary>Sets a gauge that no loop adds to, from any thread.</summary>
    public void SetShared(int metric, long value)
    {
        if (_keeps)
        {
            Interlocked.Exchange(ref SharedCell(metric), value);
        }
    }

    /// <summary>Adds a value to a histogram on the thread of loop number <paramref name="loop"/>.</summary>
    public void Record(int loop, int metric, long value)
    {
        if (!IsExported)
        {
            return;
        }
        int slot = Schema.HistogramSlot(metric);
        MetricHistogram histogram = _histograms[loop]?[slot] ?? MakeHistogram(loop, slot);
        histogram.Record(value);
    }

    /// <inheritdoc cref="Record(int, int, long)"/>
    public void Record(int loop, DownstreamMetric metric, long value) => Record(loop, (int)metric, value);

    /// <inheritdoc cref="Record(int, int, long)"/>
    public void Record(int loop, UpstreamMetric metric, long value) => Record(loop, (int)metric, value);

    /// <summary>The value now: the sum over all loops and the shared part. Any thread. 0 if nothing is kept.</summary>
    public long Read(int metric)
    {
        if (!_keeps)
        {
            return 0;
        }
        long sum = Volatile.Read(ref _shared) is { } shared ? Volatile.Read(ref shared[metric]) : 0;
        for (int i = 0; i < _loops.Length; i++)
        {
            if (Volatile.Read(ref _loops[i]) is { } cells)
            {
                sum += Volatile.Read(ref cells[Padding + metric]);
            }
        }
        foreach (MetricGroup part in Volatile.Read(ref _parts))
        {
            sum += part.Read(metric);
        }
        return sum;
    }

    /// <inheritdoc cref="Read(int)"/>
    public long Read(DownstreamMetric metric) => Read((int)metric);

    /// <inheritdoc cref="Read(int)"/>
    public long Read(UpstreamMetric metric) => Read((int)metric);

    /// <inheritdoc cref="Read(int)"/>
    public long Read(SelfMetric metric) => Read((int)metric);

    /// <summary>A copy of a histogram, merged over all loops. Any thread.</summary>
    public MetricHistogram ReadHistogram(int metric)
    {
        MetricHistogram merged = new();
        int slot = Schema.HistogramSlot(metric);
        for (int i = 0; i < _histograms.Length && IsExported; i++)
        {
            if (Volatile.Read(ref _histograms[i]) is { } loop && Volatile.Read(ref loop[slot]) is { } histogram)
            {
                merged.Merge(histogram);
            }
        }
        foreach (MetricGroup part in Volatile.Read(ref _parts))
        {
            merged.Merge(part.ReadHistogram(metric));
        }
        return merged;
    }

    private long[] MakeCells(int loop)
    {
        long[] cells = new long[(_keeps ? Schema.Count : MetricSchema.CountMax) + (2 * Padding)];
        Volatile.Write(ref _loops[loop], cells);
        return cells;
    }

    private ref long SharedCell(int metric)
    {
        if (Volatile.Read(ref _shared) is not { } cells)
        {
            long[] made = new long[Schema.Count];
            cells = Interlocked.CompareExchange(ref _shared, made, null) ?? made;
        }
        return ref cells[metric];
    }

    private MetricHistogram MakeHistogram(int loop, int slot)
    {
        if (_histograms[loop] is not { } histograms)
        {
            histograms = new MetricHistogram?[Schema.HistogramCount];
            Volatile.Write(ref _histograms[loop], histograms);
        }
        MetricHistogram histogram = new();
        Volatile.Write(ref histograms[slot], histogram);
        return histogram;
    }
}
