using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Chooses among the routes that take a request (MOSN: a route handler, <c>router_handler_name</c>). Used by all loops at
/// once, so without state of its own; allocates nothing.
/// </summary>
internal interface IRouteHandler
{
    /// <summary>The route of the request; null: none, which the client sees as a 404.</summary>
    Route? Match(RouteTable table, StreamContext stream);
}
