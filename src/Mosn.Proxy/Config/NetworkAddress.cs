using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mosn.Proxy.Config;

/// <summary>What a <see cref="NetworkAddress"/> is.</summary>
public enum NetworkAddressKind : byte
{
    /// <summary>An IPv4 or IPv6 address and a port.</summary>
    Ip,

    /// <summary>A host name and a port, not resolved.</summary>
    Name,

    /// <summary>The path of a unix socket.</summary>
    Unix,
}

/// <summary>
/// An address as configuration has it: "10.0.0.1:80", "[::1]:80", ":80", "name:80" or "unix:/path". Compared by value.
/// </summary>
public readonly record struct NetworkAddress
{
    private const string UnixPrefix = "unix:";

    private NetworkAddress(NetworkAddressKind kind, IPAddress? ip, string host, int port)
    {
        Kind = kind;
        Ip = ip;
        Host = host;
        Port = port;
    }

    public NetworkAddressKind Kind { get; }

    /// <summary>Set when <see cref="Kind"/> is Ip.</summary>
    public IPAddress? Ip { get; }

    /// <summary>The host name, the path of a unix socket, or the IP address as text without brackets.</summary>
    public string Host { get; }

    /// <summary>0 for a unix socket; for a listener 0 means any free port.</summary>
    public int Port { get; }

    /// <summary>
    /// True for <c>_service._protocol.domain</c>, which no host is called: such a name is looked up as a service (SRV).
    /// </summary>
    public bool IsService => Kind == NetworkAddressKind.Name && Host.Split('.', 3) is [['_', ..], ['_', ..], _];

    public static NetworkAddress FromIp(IPAddress ip, int port) => new(NetworkAddressKind.Ip, ip, ip.ToString(), port);

    public static NetworkAddress FromName(string name, int port) => new(NetworkAddressKind.Name, null, name, port);

    public static NetworkAddress FromPath(string path) => new(NetworkAddressKind.Unix, null, path, 0);

    /// <summary>Reads an address. An empty host stands for all IPv6 and IPv4 interfaces, as in Go.</summary>
    /// <param name="defaultPort">Taken when the text has no port; -1: then the text is refused.</param>
    public static bool TryParse(string text, out NetworkAddress address, int defaultPort = -1)
    {
        address = default;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            address = FromPath(text[UnixPrefix.Length..]);
            return address.Host.Length > 0;
        }
        if (!TrySplit(text, out string host, out string? portText))
        {
            return false;
        }
        int port = defaultPort;
        if (portText is not null
            && !(int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535))
        {
            return false;
        }
        return port >= 0 && TryMake(host, port, isBracketed: text.StartsWith('['), out address);
    }

    public IPEndPoint ToIPEndPoint() =>
        new(Ip ?? throw new InvalidOperationException($"{this} is not an IP address."), Port);

    public override string ToString() => Kind switch
    {
        NetworkAddressKind.Unix => UnixPrefix + Host,
        NetworkAddressKind.Ip when Ip?.AddressFamily == AddressFamily.InterNetworkV6 =>
            string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}"),
    };

    private static bool TrySplit(string text, out string host, out string? port)
    {
        host = text;
        port = null;
        if (text.StartsWith('['))
        {
            int end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                return false;
            }
            host = text[1..end];
            port = end + 1 < text.Length ? text[(end + 2)..] : null;
            return true;
        }
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return true;
        }
        host = text[..colon];
        port = text[(colon + 1)..];
        return true;
    }

    private static bool TryMake(string host, int port, bool isBracketed, out NetworkAddress address)
    {
        address = default;
        if (host.Length == 0)
        {
            address = FromIp(IPAddress.IPv6Any, port);
            return !isBracketed;
        }
        // IPAddress.TryParse takes "1" and "0x7f.1" for addresses; only the dotted quad is one here.
        if (IPAddress.TryParse(host, out IPAddress? ip) && (isBracketed || host.Count(static c => c == '.') == 3))
        {
            address = FromIp(ip, port);
            return isBracketed == (ip.AddressFamily == AddressFamily.InterNetworkV6);
        }
        address = FromName(host, port);
        return !isBracketed && IsName(host);
    }

    private static bool IsName(string host) =>
        host.Length <= 253 && !host.StartsWith('.') && !host.StartsWith('-')
        && host.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
        && host.Any(char.IsAsciiLetter);
}
