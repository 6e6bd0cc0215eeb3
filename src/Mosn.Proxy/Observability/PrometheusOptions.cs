namespace Mosn.Proxy.Observability;

/// <summary>What a scrape contains beside the proxy's own metrics.</summary>
internal sealed record PrometheusOptions
{
    /// <summary>Metrics of the process: CPU time, memory, descriptors.</summary>
    public bool CollectProcess { get; init; } = true;

    /// <summary>Metrics of the .NET runtime, in the place of MOSN's Go runtime metrics.</summary>
    public bool CollectRuntime { get; init; } = true;

    /// <summary>Percentiles of histograms, 0 to 100, exported beside their smallest and largest value.</summary>
    public IReadOnlyList<int> Percentiles { get; init; } = [];
}
