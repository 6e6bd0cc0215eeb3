namespace Mosn.Proxy.Upstream;

/// <summary>
/// Hears of every change of the clusters, so that it can watch or feed them: health checks, outlier detection, name
/// resolution. The calls for one cluster come one at a time, under a lock of it, those for different clusters perhaps at
/// the same time: returns at once and calls nothing of the directory.
/// </summary>
internal interface IClusterWatcher
{
    /// <summary>A cluster is there, not yet in use. Its observers may be set now.</summary>
    void OnAdded(Cluster cluster);

    /// <summary>A cluster's configuration or hosts changed; <paramref name="previous"/> is what it was before.</summary>
    void OnUpdated(Cluster cluster, ClusterSnapshot previous);

    /// <summary>A cluster is gone.</summary>
    void OnRemoved(Cluster cluster);
}
