using System.Collections.ObjectModel;
using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <summary>What a stream filter is built with. Immutable.</summary>
public sealed record StreamFilterServices
{
    /// <summary>The listener that the filter is for.</summary>
    public required string ListenerName { get; init; }

    /// <summary>All counters.</summary>
    public required MetricRegistry Metrics { get; init; }

    /// <summary>How many loops will run the filter.</summary>
    public required int LoopCount { get; init; }

    /// <summary>Decides whatever the filter draws, so that a test can repeat a run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>For the control side, never for a request.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Runs work off the loops.</summary>
    internal Action<Action> Background { get; init; } = null!;

    /// <summary>
    /// The protocol of a name that a configuration has given; null: it names none.
    /// </summary>
    internal Func<string, StreamProtocol?> UpstreamProtocol { get; init; } = static _ => null;

    /// <summary>The labels of the pod that the process runs in; empty outside of one. Control side.</summary>
    internal Func<IReadOnlyDictionary<string, string>> PodLabels { get; init; } =
        static () => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>All clusters.</summary>
    internal ClusterDirectory Clusters { get; init; } = null!;

    /// <summary>
    /// Has the cluster of a name watched by the rules of fault_tolerance, if it exists. Any loop; does not wait.
    /// </summary>
    internal Action<string, FaultToleranceFilterConfig> Regulate { get; init; } = static (_, _) => { };
}
