using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>
/// Opens connections to the hosts of clusters that ask for it (<c>warm_connections</c>), before a request needs them: to
/// all hosts of a new cluster, and to those that an update brings; in HTTP/1 unless the cluster names a protocol.
/// </summary>
/// <param name="loops">All worker loops; work that is posted before they run is done when they do.</param>
internal sealed class PoolWarmer(IReadOnlyList<EventLoop> loops) : IClusterWatcher
{
    public void OnAdded(Cluster cluster) => WarmUp(cluster.Current, []);

    public void OnUpdated(Cluster cluster, ClusterSnapshot previous) =>
        WarmUp(cluster.Current, cluster.PoolSettings == previous.PoolSettings ? previous.Hosts.All : []);

    public void OnRemoved(Cluster cluster)
    {
    }

    private void WarmUp(ClusterSnapshot current, ReadOnlySpan<Host> warm)
    {
        int count = current.PoolSettings.WarmConnections;
        if (count == 0)
        {
            return;
        }
        HashSet<Host> known = [.. warm];
        Host[] cold = [.. current.Hosts.All.ToArray().Where(host => !known.Contains(host))];
        foreach (EventLoop loop in cold.Length == 0 ? [] : loops)
        {
            loop.Post(_ => WarmUp(loop, cold, count), null);
        }
    }

    private static void WarmUp(EventLoop loop, Host[] hosts, int count)
    {
        foreach (Host host in hosts)
        {
            host.PoolOn(loop, host.Cluster.Current.Protocol ?? StreamProtocol.Http1)?.WarmUp(count);
        }
    }
}
