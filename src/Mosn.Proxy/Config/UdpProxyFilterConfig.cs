namespace Mosn.Proxy.Config;

/// <summary>The udp_proxy network filter: carries datagrams to a cluster.</summary>
public sealed record UdpProxyFilterConfig : TypedFilterConfig, IConfigRecord<UdpProxyFilterConfig>
{
    /// <summary>Cluster. Wins over routes.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>
    /// Close a connection on which nothing moved for so long: a duration, or nanoseconds as a number.
    /// </summary>
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>Clusters by address and port.</summary>
    public IReadOnlyList<StreamRouteConfig> Routes { get; init; } = [];

    static UdpProxyFilterConfig IConfigRecord<UdpProxyFilterConfig>.Bind(
        ConfigBinder binder, UdpProxyFilterConfig value)
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
        };
        return value;
    }
}
