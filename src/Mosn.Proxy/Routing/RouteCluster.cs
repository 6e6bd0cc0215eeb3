using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>Where a route sends one request. Immutable.</summary>
/// <param name="Criteria">Labels that a host must have; null: none are asked for.</param>
internal sealed record RouteCluster(ClusterRef Cluster, MetadataCriteria? Criteria = null);
