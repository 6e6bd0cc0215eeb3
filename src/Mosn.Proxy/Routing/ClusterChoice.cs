using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>How a route decides where a request goes. Immutable but for what each loop keeps for itself.</summary>
internal abstract class ClusterChoice
{
    /// <summary>On the request's loop. Two calls for one request may differ.</summary>
    public abstract RouteCluster Pick(StreamContext stream);

    /// <summary>Whether some cluster that the request may get has a host that may be used.</summary>
    public abstract bool HasUsableHost(StreamContext stream);

    /// <summary>Whether the request may go to the cluster of that name.</summary>
    public abstract bool Contains(StreamContext stream, string name);

    protected static bool HasUsableHost(RouteCluster target) =>
        target.Cluster.Current is { } cluster && !cluster.Current.Hosts.Usable.IsEmpty;
}
