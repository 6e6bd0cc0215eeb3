namespace Mosn.Proxy.Config;

/// <summary>All upstream clusters and what they share.</summary>
public sealed record ClusterManagerConfig : IConfigRecord<ClusterManagerConfig>
{
    /// <summary>TLS of the clusters that set cluster_manager_tls.</summary>
    public TlsContextConfig? TlsContext { get; init; }

    /// <summary>Zone of this process, for zone-aware balancing. Empty: that of node.locality.</summary>
    public string LocalZone { get; init; } = "";

    /// <summary>Directory with one cluster in each .json file; not together with clusters.</summary>
    public string ClustersDirectory { get; init; } = "";

    /// <summary>Clusters.</summary>
    public IReadOnlyList<ClusterConfig> Clusters { get; init; } = [];

    static ClusterManagerConfig IConfigRecord<ClusterManagerConfig>.Bind(
        ConfigBinder binder, ClusterManagerConfig value)
    {
        value = value with
        {
            TlsContext = binder.Object(
                "tls_context", value.TlsContext,
                "TLS of the clusters that set cluster_manager_tls."),
            LocalZone = binder.String(
                "local_zone", value.LocalZone,
                "Zone of this process, for zone-aware balancing. Empty: that of node.locality."),
            ClustersDirectory = binder.Directory(
                "clusters_configs", value.ClustersDirectory,
                "Directory with one cluster in each .json file; not together with clusters."),
            Clusters = binder.ListOrDirectory("clusters", value.Clusters, "clusters_configs", "Clusters."),
        };
        binder.Ignored("cluster_pool_enable", "Connection pools always belong to one cluster.");
        return value;
    }
}
