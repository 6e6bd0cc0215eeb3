using Microsoft.Extensions.Logging;
using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Server;

/// <summary>
/// Looks whether clusters can have the mark that they ask for. Without the capability their sockets stay unmarked, and an
/// operator whose routing depends on marks must hear of it. For one thread at a time.
/// </summary>
/// <param name="self">Counts the clusters that go without.</param>
/// <param name="mayMark">Asks the system.</param>
internal sealed class MarkedClusters(ILogger log, MetricGroup self, Func<bool> mayMark)
{
    private bool _told;

    /// <summary>Called with each update; the log hears of it once, the counter every time.</summary>
    public void Check(IReadOnlyList<ClusterConfig> clusters)
    {
        string[] marked = [.. clusters.Where(static cluster => cluster.Mark != 0).Select(static cluster => cluster.Name)];
        if (marked.Length == 0 || mayMark())
        {
            return;
        }
        self.AddShared(SelfMetric.ClustersUnmarkedTotal, marked.Length);
        if (!_told)
        {
            _told = true;
            log.LogWarning(
                "mark of {Clusters}: setting it needs the capability CAP_NET_ADMIN, which this process does not have; "
                + "their connections go unmarked",
                string.Join(", ", marked));
        }
    }
}
