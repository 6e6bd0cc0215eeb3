namespace Mosn.Bench.Reporting;

/// <summary>One round's values by metric key, and a remark if there is something to say.</summary>
public sealed record Sample(IReadOnlyDictionary<string, double> Values, string? Note = null);

/// <summary>One proxy's rounds in one case.</summary>
/// <param name="proxy">Its name.</param>
/// <param name="isShippedForm">The targets speak of it.</param>
public sealed class ContestantResult(string proxy, bool isShippedForm)
{
    private readonly SortedDictionary<int, Sample> _samples = [];

    public string Proxy => proxy;

    public bool IsShippedForm => isShippedForm;

    /// <summary>Why it was not measured, or why it ended early; null when all went well.</summary>
    public string? Problem { get; set; }

    /// <summary>By round; a round that failed has none.</summary>
    public IReadOnlyDictionary<int, Sample> Samples => _samples;

    public bool IsMeasured => _samples.Count > 0;

    public string? Note => _samples.Values.LastOrDefault()?.Note;

    public void Add(int round, Sample sample) => _samples.Add(round, sample);

    public Summary Summarize(Metric metric) => Summary.Of(Values(metric));

    public double Total(Metric metric) => Values(metric).Sum();

    /// <summary>This proxy's value divided by the other's in the same round; null when no round has both.</summary>
    public Summary? RatioTo(ContestantResult other, Metric metric)
    {
        double[] ratios =
        [
            .. from round in _samples.Keys
               where other._samples.ContainsKey(round)
               select _samples[round].Values[metric.Key] / other._samples[round].Values[metric.Key]
        ];
        return ratios.Length == 0 ? null : Summary.Of(ratios);
    }

    private IEnumerable<double> Values(Metric metric) => _samples.Values.Select(sample => sample.Values[metric.Key]);
}

/// <summary>All proxies in one case.</summary>
/// <param name="Primary">The metric that ratios and targets are about; less is better.</param>
/// <param name="Foreign">How busy the machine was just before each round: with work that is not ours.</param>
public sealed record CaseResult(
    string Name, string Title, Metric Primary, IReadOnlyList<Metric> Columns, IReadOnlyList<ContestantResult> Rows,
    Summary? Foreign)
{
    public ContestantResult? Row(string proxy) => Rows.FirstOrDefault(row => row.Proxy == proxy);
}
