using Mosn.Protocols;

namespace Mosn.Proxy.Routing;

/// <summary>The routes of some domains. Immutable.</summary>
internal sealed class VirtualHost(string name, RouteRule[] rules)
{
    public string Name { get; } = name;

    /// <summary>The first route that takes the request; null: none does.</summary>
    /// <param name="path">The request's path, normalised.</param>
    public Route? Match(RequestHead request, ReadOnlySpan<byte> path)
    {
        foreach (RouteRule rule in rules)
        {
            if (rule.Takes(request, path))
            {
                return rule.Route;
            }
        }
        return null;
    }
}
