using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>The first route that takes the request: <c>default</c>.</summary>
internal sealed class FirstRouteHandler : IRouteHandler
{
    public Route? Match(RouteTable table, StreamContext stream) => table.Match(stream);
}
