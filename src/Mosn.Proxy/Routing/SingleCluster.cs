using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>All requests of a route go to one cluster.</summary>
internal sealed class SingleCluster(RouteCluster cluster) : ClusterChoice
{
    public override RouteCluster Pick(StreamContext stream) => cluster;

    public override bool Contains(StreamContext stream, string name) => cluster.Cluster.Name == name;

    public override bool HasUsableHost(StreamContext stream) => HasUsableHost(cluster);
}
