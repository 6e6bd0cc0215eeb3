namespace Mosn.Proxy.Routing;

/// <summary>The clusters of a route. Shares are exact: a cluster of weight 0 gets nothing.</summary>
internal sealed class ClusterChoice
{
    private readonly RouteCluster[] _clusters;

    /// <summary>For each cluster, the sum of the weights up to and with its own.</summary>
    private readonly uint[] _sums;
    private readonly LoopState?[] _loops;
    private readonly ulong _seed;

    /// <param name="weighted">At least one; weights add up to 1 to 2^32 - 1 unless there is one only.</param>
    /// <param name="seed">Decides the draws of each loop.</param>
    public ClusterChoice(IReadOnlyList<(RouteCluster Cluster, uint Weight)> weighted, int loopCount, ulong seed)
    {
        (RouteCluster Cluster, uint Weight)[] some =
            weighted.Count == 1 ? [.. weighted] : [.. weighted.Where(static entry => entry.Weight > 0)];
        _clusters = [.. some.Select(static entry => entry.Cluster)];
        _sums = new uint[some.Length];
        uint sum = 0;
        for (int i = 0; i < some.Length; i++)
        {
            sum = checked(sum + some[i].Weight);
            _sums[i] = sum;
        }
        Check.That(_clusters.Length > 0);
        _loops = _clusters.Length > 1 ? new LoopState?[loopCount] : [];
        _seed = seed;
    }

    /// <summary>Whether requests may go to the cluster of that name.</summary>
    public bool Contains(string name)
    {
        foreach (RouteCluster cluster in _clusters)
        {
            if (cluster.Cluster.Name == name)
            {
                return true;
            }
        }
        return false;
    }

    public RouteCluster Pick(int loopIndex)
    {
        if (_clusters.Length == 1)
        {
            return _clusters[0];
        }
        LoopState state = _loops[loopIndex] ??= new LoopState(_seed + (uint)loopIndex);
        uint draw = state.Random.NextBelow(_sums[^1]);
        int index = 0;
        while (draw >= _sums[index])
        {
            index++;
        }
        return _clusters[index];
    }

    private sealed class LoopState(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
