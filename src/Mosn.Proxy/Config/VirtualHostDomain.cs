using System.Globalization;

namespace Mosn.Proxy.Config;

/// <summary>The shape of a virtual host's domain: "name", "*suffix" or "*", each with an optional ":port" or ":*".</summary>
internal static class VirtualHostDomain
{
    /// <returns>What is wrong, or null.</returns>
    public static string? FindError(string domain)
    {
        if (domain.Length == 0)
        {
            return "an empty domain";
        }
        (string host, string? port) = Split(domain);
        if (port is not (null or "*")
            && !(ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0))
        {
            return "a bad port in a domain";
        }
        if (host.LastIndexOf('*') > 0)
        {
            return "'*' stands elsewhere than at the start of a domain";
        }
        return host.Length == 0 || (host.Contains(':') && !host.StartsWith('['))
            ? "not a host name"
            : null;
    }

    /// <summary>Equal for domains that match the same requests: lower case, "*:*" is "*".</summary>
    public static string Normalise(string domain)
    {
        string lower = domain.ToLowerInvariant();
        return lower == "*:*" ? "*" : lower;
    }

    private static (string Host, string? Port) Split(string domain)
    {
        int colon = domain.LastIndexOf(':');
        return colon < 0 || domain.EndsWith(']') ? (domain, null) : (domain[..colon], domain[(colon + 1)..]);
    }
}
