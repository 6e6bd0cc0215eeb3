using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Routing;

/// <summary>Copies of a route's requests for another cluster. Immutable.</summary>
/// <param name="Percent">Requests of a hundred that are copied, 1 to 100.</param>
internal sealed record MirrorPolicy(ClusterRef Cluster, int Percent);
