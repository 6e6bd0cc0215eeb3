namespace Mosn.Proxy.Config;

/// <summary>The tcp_proxy network filter: carries bytes to a cluster.</summary>
public sealed record TcpProxyFilterConfig : TypedFilterConfig, IConfigRecord<TcpProxyFilterConfig>
{
    /// <summary>Cluster. Wins over routes.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>
    /// Close a connection on which nothing moved for so long: a duration, or nanoseconds as a number.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Clusters by address and port.</summary>
    public IReadOnlyList<StreamRouteConfig> Routes { get; init; } = [];

    /// <summary>Clusters that share the connections by weight.</summary>
    public IReadOnlyList<WeightedClusterConfig> WeightedClusters { get; init; } = [];

    /// <summary>Access logs, one line a connection.</summary>
    public IReadOnlyList<AccessLogConfig> AccessLogs { get; init; } = [];

    static TcpProxyFilterConfig IConfigRecord<TcpProxyFilterConfig>.Bind(
        ConfigBinder binder, TcpProxyFilterConfig value)
    {
        binder.Ignored("stat_prefix", "It has no effect in MOSN either.");
        value = value with
        {
            Cluster = binder.String("cluster", value.Cluster, "Cluster. Wins over routes."),
            IdleTimeout = binder.DurationOrNanoseconds(
                "idle_timeout", value.IdleTimeout,
                "Close a connection on which nothing moved for so long: a duration, or nanoseconds as a number."),
        };
        binder.Ignored("max_connect_attempts", "Up to three hosts are tried.");
        value = value with
        {
            Routes = binder.List(
                "routes", value.Routes,
                "Clusters by address and port.", Field.Needs(ConfigFeature.StreamRoutes)),
            WeightedClusters = binder.List(
                "weighted_clusters", value.WeightedClusters,
                "Clusters that share the connections by weight."),
            AccessLogs = binder.List("access_logs", value.AccessLogs, "Access logs, one line a connection."),
        };
        return value;
    }
}
