using System.Buffers;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>All routes of one router configuration, compiled. Immutable; a request keeps to the table it began with.</summary>
internal sealed class RouteTable
{
    private readonly VirtualHostTable _domains;
    private readonly VirtualHost[] _hosts;

    /// <param name="config">What it was compiled from.</param>
    /// <param name="hosts">In the order of the configuration. Not to be changed afterwards.</param>
    public RouteTable(RouterConfig config, VirtualHostTable domains, VirtualHost[] hosts)
    {
        Config = config;
        _domains = domains;
        _hosts = hosts;
    }

    public string Name => Config.Name;

    public RouterConfig Config { get; }

    /// <summary>
    /// The first route of the request's virtual host that takes it; null: none does. Any loop; allocates nothing. A request
    /// without a host is one for the default virtual host.
    /// </summary>
    public Route? Match(StreamContext stream)
    {
        int rule = -1;
        return Match(stream, ref rule);
    }

    /// <summary>The next route that takes the request. All of them, one after the other, for whoever chooses among them.</summary>
    /// <param name="rule">0 for the first call; to be given to the next call as it is.</param>
    public Route? MatchNext(StreamContext stream, ref int rule)
    {
        Check.That(rule >= 0);
        return Match(stream, ref rule);
    }

    /// <summary>The index in the configuration of the virtual host that a domain leads to; -1: none.</summary>
    /// <param name="domain">A host as a request names it, or a domain of the configuration; empty: the default one.</param>
    public int FindHost(ReadOnlySpan<byte> domain) => _domains.Find(domain);

    /// <summary>The same table but for one virtual host. Costs no more than a pointer for each of the others.</summary>
    public RouteTable With(RouterConfig config, int index, VirtualHost host)
    {
        VirtualHost[] hosts = [.. _hosts];
        hosts[index] = host;
        return new RouteTable(config, _domains, hosts);
    }

    private Route? Match(StreamContext stream, ref int rule)
    {
        RequestHead request = stream.Request;
        int index = _domains.Find(request.Authority);
        if (index < 0)
        {
            return null;
        }
        VirtualHost host = _hosts[index];
        ReadOnlySpan<byte> path = request.Path;
        if (path.IsEmpty && request.KnownMethod == KnownMethod.Connect)
        {
            path = "/"u8; // It has none, and every configuration has a rule for this one.
        }
        return RequestPath.IsNormal(path)
            ? Match(host, stream, path, ref rule)
            : MatchNormalised(host, stream, path, ref rule);
    }

    private static Route? MatchNormalised(VirtualHost host, StreamContext stream, ReadOnlySpan<byte> path, ref int rule)
    {
        byte[] normal = ArrayPool<byte>.Shared.Rent(path.Length);
        Route? route = Match(host, stream, normal.AsSpan(0, RequestPath.Normalise(path, normal)), ref rule);
        ArrayPool<byte>.Shared.Return(normal);
        return route;
    }

    /// <param name="rule">Negative: the first match is all that is wanted.</param>
    private static Route? Match(VirtualHost host, StreamContext stream, ReadOnlySpan<byte> path, ref int rule) =>
        rule < 0 ? host.Match(stream, path) : host.MatchNext(stream, path, ref rule);
}
