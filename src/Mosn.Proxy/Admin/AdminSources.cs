using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Admin;

/// <summary>What the endpoints read and change. The functions are called on the admin loop, at any time.</summary>
internal sealed record AdminSources
{
    /// <summary>Of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The configuration in force.</summary>
    public required Func<MosnConfig> Config { get; init; }

    /// <summary>All counters.</summary>
    public required MetricRegistry Metrics { get; init; }

    /// <summary>The clusters that run, in any order.</summary>
    public Func<IReadOnlyList<Cluster>> Clusters { get; init; } = static () => [];

    /// <summary>Who makes changes of the configuration; null: nobody, and the paths for it are unknown.</summary>
    public IConfigUpdates? Updates { get; init; }

    /// <summary>The stage of the process, with MOSN's numbers.</summary>
    public required Func<int> State { get; init; }

    /// <summary>Every feature gate and whether it is on.</summary>
    public required Func<IReadOnlyDictionary<string, bool>> Features { get; init; }

    /// <summary>The error logs, whose levels can be changed.</summary>
    public required ErrorLogs ErrorLogs { get; init; }

    /// <summary>All log outputs, which can be switched off and on.</summary>
    public required LogFiles LogFiles { get; init; }

    /// <summary>An environment variable's value; null if it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
