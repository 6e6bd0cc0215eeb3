using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>All routes of one router configuration, compiled. Immutable; a request keeps to the table it began with.</summary>
internal sealed class RouteTable(string name, VirtualHostTable hosts)
{
    public string Name { get; } = name;

    /// <inheritdoc cref="Match(RequestHead)"/>
    public Route? Match(StreamContext stream) => Match(stream.Request);

    /// <summary>
    /// The first route of the request's virtual host that takes it; null: none does. Any loop; allocates nothing. A request
    /// without a host is one for the default virtual host.
    /// </summary>
    public Route? Match(RequestHead request)
    {
        if (hosts.Find(request.Authority) is not { } host)
        {
            return null;
        }
        ReadOnlySpan<byte> path = request.Path;
        return RequestPath.IsNormal(path) ? host.Match(request, path) : MatchNormalised(host, request, path);
    }

    private static Route? MatchNormalised(VirtualHost host, RequestHead request, ReadOnlySpan<byte> path)
    {
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        Route? route = host.Match(request, normal.AsSpan(0, RequestPath.Normalise(path, normal)));
        ArrayPool<byte>.Shared.Return(normal);
        return route;
    }
}
