using System.Net;
using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Which requests may change something. The API has no authentication, as MOSN's; who may reach its port is trusted. A web
/// page in a browser on the same machine can reach it too, and is not: neither through a name of its own that it let
/// point to this address (DNS rebinding), nor by a form or a script that sends something here.
/// </summary>
/// <param name="configuredHost">The address or name that the configuration gives the API.</param>
internal sealed class AdminAccess(string configuredHost)
{
    /// <summary>
    /// True if <c>Host</c> is an address, localhost or the configured name, and neither <c>Origin</c> nor
    /// <c>Sec-Fetch-Site</c>, which browsers add (W3C Fetch Metadata), tell of another site.
    /// </summary>
    public bool MayChange(RequestHead request)
    {
        // Programs that speak HTTP/1.0 may leave Host out; no browser does.
        string authority = Encoding.Latin1.GetString(request.Authority);
        if (authority.Length > 0 && !IsOurs(HostOf(authority)))
        {
            return false;
        }
        if (request.Headers.TryGet("sec-fetch-site"u8, out ReadOnlySpan<byte> from)
            && !from.SequenceEqual("same-origin"u8) && !from.SequenceEqual("none"u8))
        {
            return false;
        }
        if (!request.Headers.TryGet(KnownHeader.Origin, out ReadOnlySpan<byte> origin))
        {
            return true;
        }
        string site = Encoding.Latin1.GetString(origin);
        int scheme = site.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && site.AsSpan(scheme + 3).Equals(authority, StringComparison.OrdinalIgnoreCase);
    }

    private bool IsOurs(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.Equals(configuredHost, StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out _);

    private static string HostOf(string authority)
    {
        int end = authority.StartsWith('[')
            ? authority.IndexOf(']', StringComparison.Ordinal)
            : authority.IndexOf(':', StringComparison.Ordinal);
        return end < 0 ? authority : authority[..end].TrimStart('[');
    }
}
