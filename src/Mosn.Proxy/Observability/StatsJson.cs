using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mosn.Proxy.Observability;

/// <summary>The statistics of the admin API: type, then labels, then metrics, all numbers as text.</summary>
internal static class StatsJson
{
    // The readers are programs and people with a terminal, not browsers.
    private static readonly JsonWriterOptions s_layout = new()
    {
        Indented = true,
        IndentCharacter = '\t',
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Writes <c>{type:{namespace:{metric:"number"}}}</c>, keys sorted. Returns false, and writes nothing, if there
    /// is no group of that key.
    /// </summary>
    /// <param name="registry">Read as it is now.</param>
    /// <param name="output">Receives the JSON, without a line end.</param>
    /// <param name="key">One group as <c>type.label.value…</c>, labels sorted; null for all.</param>
    public static bool TryWrite(MetricRegistry registry, IBufferWriter<byte> output, string? key = null)
    {
        MetricGroup[] groups = [.. registry.Snapshot().Where(group => key is null || KeyOf(group) == key)];
        if (key is not null && groups.Length == 0)
        {
            return false;
        }
        using Utf8JsonWriter json = new(output, s_layout);
        json.WriteStartObject();
        foreach (IGrouping<string, MetricGroup> type in groups
            .GroupBy(static group => group.Schema.Type, StringComparer.Ordinal)
            .OrderBy(static type => type.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(type.Key);
            // Labels with dots in them can look alike; an object cannot have one name twice.
            foreach (MetricGroup group in type
                .DistinctBy(static group => group.Namespace, StringComparer.Ordinal)
                .OrderBy(static group => group.Namespace, StringComparer.Ordinal))
            {
                json.WriteStartObject(group.Namespace);
                foreach ((string name, long value) in
                    Values(registry, group).OrderBy(static pair => pair.Name, StringComparer.Ordinal))
                {
                    json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
        return true;
    }

    /// <summary>Writes the process-wide downstream metrics as lines of <c>metric:value</c>.</summary>
    public static void WriteGlobal(MetricRegistry registry, IBufferWriter<byte> output)
    {
        if (!registry.Downstream.IsExported)
        {
            return;
        }
        foreach ((string name, long value) in Values(registry, registry.Downstream))
        {
            output.Append($"{name}:{value}\n");
        }
    }

    private static string KeyOf(MetricGroup group) => $"{group.Schema.Type}.{group.Namespace}";

    private static IEnumerable<(string Name, long Value)> Values(MetricRegistry registry, MetricGroup group)
    {
        for (int i = 0; i < group.Schema.Count; i++)
        {
            MetricDefinition metric = group.Schema[i];
            if (!registry.IsExported(metric))
            {
                continue;
            }
            if (metric.Kind != MetricKind.Histogram)
            {
                long value = group.Read(i);
                if (value != 0 || !registry.HidesZeros)
                {
                    yield return (metric.Name, value);
                }
                continue;
            }
            MetricHistogram histogram = group.ReadHistogram(i);
            if (histogram.Count > 0 || !registry.HidesZeros)
            {
                yield return ($"{metric.Name}_min", histogram.Min);
                yield return ($"{metric.Name}_max", histogram.Max);
            }
        }
    }
}
