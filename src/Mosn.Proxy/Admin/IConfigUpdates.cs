using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Changes of single objects of the running configuration. One after the other, each all or nothing; requests under way keep
/// what they began with. Any thread. Nothing of it is written to a file: a restart begins with what the file says.
/// </summary>
internal interface IConfigUpdates
{
    /// <summary>How what arrives is read.</summary>
    ConfigLoadOptions ReadOptions { get; }

    /// <summary>Adds a router configuration or replaces the one of its name.</summary>
    Task<ConfigChange> PutRouterAsync(RouterConfig router);

    /// <summary>Takes a router configuration away; its requests get a 404.</summary>
    Task<ConfigChange> RemoveRouterAsync(string name);

    /// <summary>Adds a route behind all others of a virtual host.</summary>
    Task<ConfigChange> AddRouteAsync(RoutePlace place, RouteConfig route);

    /// <summary>Puts a route in the place of another.</summary>
    Task<ConfigChange> ReplaceRouteAsync(RoutePlace place, RouteSelector which, RouteConfig route);

    /// <summary>Takes one route away.</summary>
    Task<ConfigChange> RemoveRouteAsync(RoutePlace place, RouteSelector which);

    /// <summary>Takes all routes of a virtual host away.</summary>
    Task<ConfigChange> RemoveAllRoutesAsync(RoutePlace place);

    /// <summary>Adds a cluster or replaces the one of its name; hosts that stay keep their connections and counters.</summary>
    Task<ConfigChange> PutClusterAsync(ClusterConfig cluster);

    /// <summary>Removes a cluster. What is under way there ends in peace; routes that lead there answer as without it.</summary>
    Task<ConfigChange> RemoveClusterAsync(string name);

    /// <summary>Makes these the hosts of a cluster (MOSN: UpdateClusterHosts).</summary>
    Task<ConfigChange> ReplaceHostsAsync(string cluster, IReadOnlyList<HostConfig> hosts);

    /// <summary>Adds hosts; of two with one address the new one counts (MOSN: AppendClusterHosts).</summary>
    Task<ConfigChange> AddHostsAsync(string cluster, IReadOnlyList<HostConfig> hosts);

    /// <summary>Removes hosts, all of which must be there (MOSN: RemoveClusterHosts).</summary>
    Task<ConfigChange> RemoveHostsAsync(string cluster, IReadOnlySet<NetworkAddress> addresses);
}
