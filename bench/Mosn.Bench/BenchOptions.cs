using Mosn.Bench.Proxies;

namespace Mosn.Bench;

/// <summary>What the command line asked for.</summary>
public sealed record BenchOptions
{
    public required string Subject { get; init; }

    /// <summary>How often each proxy is measured in each case.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long one round of load lasts.</summary>
    public required int Seconds { get; init; }

    /// <summary>Few and short rounds: to see that all works, not to quote.</summary>
    public required bool IsQuick { get; init; }

    /// <summary>How long a round may wait for other work on the machine to end.</summary>
    public required int PatienceSeconds { get; init; }

    /// <summary>Builds of mosn to measure instead of this repository's own.</summary>
    public required IReadOnlyList<string> MosnPaths { get; init; }

    /// <summary>Names of cases to run; empty: all.</summary>
    public required IReadOnlyList<string> Cases { get; init; }

    /// <summary>Names of proxies to run; empty: all.</summary>
    public required IReadOnlyList<string> Proxies { get; init; }

    /// <summary>Folder of the result files; null: chosen by <see cref="OutputFolder"/>.</summary>
    public required string? Out { get; init; }

    /// <summary>The date in the report, e.g. 2026-01-31.</summary>
    public required string Date { get; init; }

    /// <summary>Cores of the proxy and of client and backend.</summary>
    public required int ProxyCore { get; init; }

    public required int LoadCore { get; init; }

    /// <summary>Nothing was left out or shortened: the result may stand in the repository.</summary>
    public bool IsComplete => !IsQuick && MosnPaths.Count == 0 && Cases.Count == 0 && Proxies.Count == 0;

    public string OutputFolder(string repositoryRoot) =>
        Out ?? Path.Combine(repositoryRoot, IsComplete ? "bench/results" : "artifacts/bench");

    /// <summary>Load before the first measured round.</summary>
    public int WarmUpSeconds(Proxy proxy) => (proxy.IsJustInTime, IsQuick) switch
    {
        (true, true) => 3,
        (true, false) => 15,
        (false, true) => 1,
        (false, false) => 2,
    };
}
