using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// The first route that takes the request and leads somewhere: a cluster with a host that may be used, or an answer of its
/// own. If none does, the first one, whose error then says what is the matter: <c>check-handler</c>.
/// </summary>
internal sealed class UsableRouteHandler : IRouteHandler
{
    public Route? Match(RouteTable table, StreamContext stream)
    {
        Route? first = null;
        int rule = 0;
        while (table.MatchNext(stream, ref rule) is { } route)
        {
            if (route.IsUsable(stream))
            {
                return route;
            }
            first ??= route;
        }
        return first;
    }
}
