using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <summary>All connections to one cluster.</summary>
internal sealed class SingleClusterRoute(ClusterRef cluster) : ITcpRoute
{
    public ClusterRef Pick(TcpSession session) => cluster;
}

/// <summary>Connections shared out by weight; a weight of 0 gets none.</summary>
internal sealed class WeightedClusterRoute : ITcpRoute
{
    private readonly (ClusterRef Cluster, long UpTo)[] _clusters;
    private readonly Random[] _random;
    private readonly long _total;

    public WeightedClusterRoute(
        IReadOnlyList<(ClusterRef Cluster, int Weight)> clusters, int loopCount, ulong seed)
    {
        _clusters = new (ClusterRef, long)[clusters.Count];
        for (int i = 0; i < clusters.Count; i++)
        {
            _total += clusters[i].Weight;
            _clusters[i] = (clusters[i].Cluster, _total);
        }
        _random = [.. Enumerable.Range(0, loopCount).Select(loop => new Random(unchecked((int)seed + loop)))];
    }

    public ClusterRef? Pick(TcpSession session)
    {
        if (_total == 0)
        {
            return null;
        }
        long drawn = _random[session.Downstream.Loop.Index].NextInt64(_total);
        int at = 0;
        while (_clusters[at].UpTo <= drawn)
        {
            at++;
        }
        return _clusters[at].Cluster;
    }
}
