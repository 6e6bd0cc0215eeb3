using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>Several clusters share the requests of a route. Shares are exact: a cluster of weight 0 gets nothing.</summary>
internal sealed class WeightedClusters : ClusterChoice
{
    private readonly RouteCluster[] _clusters;

    /// <summary>For each cluster, the sum of the weights up to and with its own.</summary>
    private readonly uint[] _sums;
    private readonly LoopState?[] _loops;
    private readonly ulong _seed;

    /// <param name="weighted">The weights add up to 1 to 2^32 - 1.</param>
    /// <param name="seed">Decides the draws of each loop.</param>
    public WeightedClusters(IReadOnlyList<(RouteCluster Cluster, uint Weight)> weighted, int loopCount, ulong seed)
    {
        (RouteCluster Cluster, uint Weight)[] some = [.. weighted.Where(static entry => entry.Weight > 0)];
        _clusters = [.. some.Select(static entry => entry.Cluster)];
        _sums = new uint[some.Length];
        uint sum = 0;
        for (int i = 0; i < some.Length; i++)
        {
            sum = checked(sum + some[i].Weight);
            _sums[i] = sum;
        }
        Check.That(_clusters.Length > 0);
        _loops = new LoopState?[loopCount];
        _seed = seed;
    }

    public override RouteCluster Pick(StreamContext stream)
    {
        int loop = stream.Loop.Index;
        LoopState state = _loops[loop] ??= new LoopState(_seed + (uint)loop);
        uint draw = state.Random.NextBelow(_sums[^1]);
        int index = 0;
        while (draw >= _sums[index])
        {
            index++;
        }
        return _clusters[index];
    }

    public override bool Contains(StreamContext stream, string name)
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

    public override bool HasUsableHost(StreamContext stream) => Array.Exists(_clusters, HasUsableHost);

    private sealed class LoopState(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
