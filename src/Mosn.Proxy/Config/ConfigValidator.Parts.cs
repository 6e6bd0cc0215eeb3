namespace Mosn.Proxy.Config;

/// <summary>Objects that an update brings alone. What they refer to is not in their text but in the running proxy.</summary>
internal sealed partial class ConfigValidator
{
    /// <param name="clusters">Names of the clusters there are; others are warned of.</param>
    public void Validate(RouterConfig router, IEnumerable<string> clusters)
    {
        _clusters.UnionWith(clusters);
        CheckRouter(router);
    }

    /// <inheritdoc cref="Validate(RouterConfig, IEnumerable{string})"/>
    public void Validate(RouteConfig route, IEnumerable<string> clusters)
    {
        _clusters.UnionWith(clusters);
        CheckRoute(route);
        CheckStreamFilters(route.PerFilterConfig);
    }

    public void Validate(ClusterConfig cluster) => CheckCluster(cluster);

    public void Validate(IReadOnlyList<HostConfig> hosts) => CheckHosts(hosts);
}
