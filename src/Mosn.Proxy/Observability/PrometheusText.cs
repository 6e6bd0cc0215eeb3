using System.Buffers;

namespace Mosn.Proxy.Observability;

/// <summary>
/// Writes the Prometheus text format 0.0.4. Unlike MOSN's, the series of one name stand together under one HELP and one
/// TYPE line, and label values are escaped. Histograms are gauges of their smallest and largest value and percentiles.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes one scrape. Control side: the cost grows with the number of series.</summary>
    public static void Write(MetricRegistry registry, IBufferWriter<byte> output, PrometheusOptions options)
    {
        if (options.CollectProcess)
        {
            ProcessMetrics.WriteProcess(output);
        }
        if (options.CollectRuntime)
        {
            ProcessMetrics.WriteRuntime(output);
        }
        IEnumerable<IGrouping<string, MetricGroup>> types = registry.Snapshot()
            .GroupBy(static group => group.Schema.Type, StringComparer.Ordinal)
            .OrderBy(static type => type.Key, StringComparer.Ordinal);
        HashSet<string> written = new(StringComparer.Ordinal);
        foreach (IGrouping<string, MetricGroup> type in types)
        {
            WriteType(registry, type, written, output, options.Percentiles);
        }
    }

    /// <summary>Writes the two lines that begin a family.</summary>
    public static void WriteHead(IBufferWriter<byte> output, string name, MetricKind kind, string help)
    {
        output.Append($"# HELP {name} {help.Replace("\\", "\\\\").Replace("\n", "\\n")}\n");
        output.Append($"# TYPE {name} {(kind == MetricKind.Counter ? "counter" : "gauge")}\n");
    }

    private static void WriteType(
        MetricRegistry registry,
        IGrouping<string, MetricGroup> type,
        HashSet<string> written,
        IBufferWriter<byte> output,
        IReadOnlyList<int> percentiles)
    {
        // Labels are made once for a group and used for each of its metrics.
        (MetricGroup Group, string Labels)[] groups =
        [
            .. type.OrderBy(static group => group.Namespace, StringComparer.Ordinal)
                .Select(static group => (group, Labels(group))),
        ];
        MetricSchema[] schemas = [.. groups.Select(static pair => pair.Group.Schema).Distinct()];
        foreach (MetricDefinition metric in schemas
            .SelectMany(static schema => Enumerable.Range(0, schema.Count).Select(index => schema[index]))
            .Where(registry.IsExported)
            .DistinctBy(static metric => metric.Name, StringComparer.Ordinal))
        {
            string name = MetricText.MetricName($"{type.Key}_{metric.Name}");
            if (!written.Add(name))
            {
                continue; // Two names differ only in what is replaced: the first one wins, or the scrape is invalid.
            }
            Dictionary<MetricSchema, int> indexes = schemas.ToDictionary(
                static schema => schema, schema => schema.IndexOf(metric.Name));
            IEnumerable<(MetricGroup Group, string Labels, int Index)> series = groups
                .Select(pair => (pair.Group, pair.Labels, indexes[pair.Group.Schema]))
                .Where(static one => one.Item3 >= 0);
            if (metric.Kind == MetricKind.Histogram)
            {
                WriteHistogram(registry, name, metric, series, output, percentiles);
            }
            else
            {
                WriteNumbers(registry, name, metric, series, output);
            }
        }
    }

    private static void WriteNumbers(
        MetricRegistry registry,
        string name,
        MetricDefinition metric,
        IEnumerable<(MetricGroup Group, string Labels, int Index)> series,
        IBufferWriter<byte> output)
    {
        bool begun = false;
        foreach ((MetricGroup group, string labels, int index) in series)
        {
            long value = group.Read(index);
            if (value == 0 && registry.HidesZeros)
            {
                continue;
            }
            if (!begun)
            {
                WriteHead(output, name, metric.Kind, metric.Help);
                begun = true;
            }
            output.Append($"{name}{Braces(labels)} {MetricText.Number(value)}\n");
        }
    }

    private static void WriteHistogram(
        MetricRegistry registry,
        string name,
        MetricDefinition metric,
        IEnumerable<(MetricGroup Group, string Labels, int Index)> series,
        IBufferWriter<byte> output,
        IReadOnlyList<int> percentiles)
    {
        (string Labels, MetricHistogram Values)[] read =
        [
            .. series.Select(static one => (one.Labels, one.Group.ReadHistogram(one.Index)))
                .Where(one => one.Item2.Count > 0 || !registry.HidesZeros),
        ];
        if (read.Length == 0)
        {
            return;
        }
        WriteHead(output, $"{name}_min", MetricKind.Gauge, $"{metric.Help} The smallest.");
        foreach ((string labels, MetricHistogram values) in read)
        {
            output.Append($"{name}_min{Braces(labels)} {MetricText.Number(values.Min)}\n");
        }
        WriteHead(output, $"{name}_max", MetricKind.Gauge, $"{metric.Help} The largest.");
        foreach ((string labels, MetricHistogram values) in read)
        {
            output.Append($"{name}_max{Braces(labels)} {MetricText.Number(values.Max)}\n");
        }
        if (percentiles.Count == 0)
        {
            return;
        }
        WriteHead(output, name, MetricKind.Gauge, $"{metric.Help} Percentiles.");
        foreach ((string labels, MetricHistogram values) in read)
        {
            foreach (int percent in percentiles)
            {
                string all = labels.Length > 0 ? $"{labels},percentile=\"P{percent}\"" : $"percentile=\"P{percent}\"";
                output.Append($"{name}{Braces(all)} {MetricText.Number(values.Percentile(percent))}\n");
            }
        }
    }

    private static string Braces(string labels) => labels.Length > 0 ? "{" + labels + "}" : "";

    private static string Labels(MetricGroup group) => string.Join(',', group.Labels.Select(static label =>
        $"{MetricText.LabelName(label.Key)}=\"{MetricText.LabelValue(label.Value)}\""));
}
