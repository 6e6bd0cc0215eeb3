using Microsoft.Extensions.Logging;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Health;

/// <summary>What watching the hosts of all clusters needs. Immutable.</summary>
internal sealed record HealthServices
{
    /// <summary>All worker loops, in the order of their indexes. Each cluster's checks run on one of them.</summary>
    public required IReadOnlyList<EventLoop> Loops { get; init; }

    /// <summary>All counters.</summary>
    public required MetricRegistry Registry { get; init; }

    /// <summary>For event logs.</summary>
    public required LogFiles Logs { get; init; }

    /// <summary>For the control side.</summary>
    public required ILogger Log { get; init; }

    /// <summary>Functions that a health check may name.</summary>
    public HealthCallbackRegistry Callbacks { get; init; } = new();

    /// <summary>Decides whatever is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>Runs work off the loops.</summary>
    public Action<Action> Background { get; init; } =
        static work => ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
}
