using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Finds the virtual host of a request, by its index: exact name and port, exact name with any port, the longest suffix
/// with the port, the longest suffix with any port, the default. Immutable once built.
/// </summary>
internal sealed class VirtualHostTable
{
    /// <summary>No virtual host.</summary>
    public const int None = DomainPorts.None;

    private readonly SuffixTable<DomainPorts> _exact = new();
    private readonly SuffixTable<DomainPorts> _suffixes = new();
    private int _default = None;

    /// <returns>What is wrong with the domain, or null.</returns>
    public string? TryAdd(string domain, int host)
    {
        if (domain is "*" or "*:*")
        {
            bool isFree = _default == None;
            _default = isFree ? host : _default;
            return isFree ? null : "a default virtual host is there already";
        }
        if (!TrySplit(Encoding.UTF8.GetBytes(domain), out ReadOnlySpan<byte> name, out int port, isDomain: true))
        {
            return "not a host name with an optional port";
        }
        bool isSuffix = name is [(byte)'*', ..];
        name = isSuffix ? name[1..] : name;
        if (name.Contains((byte)'*') || name.Length > 255 || (name.IsEmpty && !isSuffix))
        {
            return "'*' may stand at the start only, and a name has 1 to 255 bytes";
        }
        DomainPorts ports = (isSuffix ? _suffixes : _exact).GetOrAdd(name, static () => new DomainPorts());
        return ports.TryAdd(port, host) ? null : "a virtual host has this domain already";
    }

    /// <summary>None if none is for this host, and there is no default.</summary>
    /// <param name="authority">Host and port as the request names them; may be empty.</param>
    public int Find(ReadOnlySpan<byte> authority)
    {
        if (authority.IsEmpty || (_exact.IsEmpty && _suffixes.IsEmpty))
        {
            return _default;
        }
        if (!TrySplit(authority, out ReadOnlySpan<byte> name, out int port, isDomain: false))
        {
            return None;
        }
        int found = FindName(name, port);
        return found == None ? _default : found;
    }

    private int FindName(ReadOnlySpan<byte> name, int port)
    {
        int ofPort = None;
        int ofAnyPort = None;
        ulong hash = SuffixTable<DomainPorts>.Start;

        // Shorter suffixes come first, so the last one found is the longest. A suffix is shorter than the name.
        for (int length = 0; length < name.Length; length++)
        {
            if (_suffixes.HasLength(length) && _suffixes.Find(hash, name[^length..]) is { } ports)
            {
                ofPort = Either(ports.Find(port), ofPort);
                ofAnyPort = Either(ports.OfAnyPort, ofAnyPort);
            }
            hash = SuffixTable<DomainPorts>.Step(hash, name[^(length + 1)]);
        }
        int ofSuffix = Either(ofPort, ofAnyPort);
        return _exact.Find(hash, name) is { } exact ? Either(Either(exact.Find(port), exact.OfAnyPort), ofSuffix) : ofSuffix;
    }

    private static int Either(int first, int second) => first == None ? second : first;

    /// <summary>Takes host and port apart; an address in brackets loses them.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out int port, bool isDomain)
    {
        port = DomainPorts.NoPort;
        int close = text is [(byte)'[', ..] ? text.IndexOf((byte)']') : -1;
        name = close < 0 ? text : text[1..close];
        ReadOnlySpan<byte> rest = close < 0 ? text : text[(close + 1)..];
        int colon = rest.IndexOf((byte)':');
        if (close < 0 && colon >= 0)
        {
            name = text[..colon];
        }
        if (colon < 0)
        {
            return close < 0 || rest.IsEmpty;
        }
        rest = rest[(colon + 1)..];
        if (isDomain && rest is [(byte)'*'])
        {
            port = DomainPorts.AnyPort;
            return true;
        }
        return rest.IsEmpty || int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out port);
    }
}
