using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;
using Mosn.Transport;

namespace Mosn.Proxy.Filters;

/// <summary>
/// Where a client's address is found: at its connection, or in a header that proxies in front of this one write.
/// </summary>
/// <param name="header">Empty: the connection.</param>
/// <param name="trustedHops">
/// Proxies in front that append to the header, so that the address which the first of them saw is that many from the
/// right. 0: the whole value is the address, and whoever sends the header is believed.
/// </param>
internal sealed class ClientAddress(string header, int trustedHops)
{
    private readonly byte[] _header = Encoding.UTF8.GetBytes(header);

    /// <summary>What is known of a client's address.</summary>
    public enum Result : byte
    {
        Known,

        /// <summary>The client came through a Unix socket.</summary>
        None,

        /// <summary>The header has something else in its place.</summary>
        Unreadable,
    }

    public Result Find(StreamContext stream, out UInt128 address)
    {
        HeaderBlock headers = stream.Request.Headers;
        if (_header.Length > 0)
        {
            ReadOnlySpan<byte> value = trustedHops > 0 ? FromRight(headers, trustedHops) : First(headers);
            if (!value.IsEmpty)
            {
                return IpRange.TryNumber(WithoutPort(value), out address) ? Result.Known : Result.Unreadable;
            }
        }
        return OfPeer(stream.Downstream.Connection.RemoteAddress, out address);
    }

    /// <summary>The address of a connection's far end.</summary>
    public static Result OfPeer(in TransportAddress peer, out UInt128 address)
    {
        address = default;
        if (peer.Kind is not (AddressKind.IPv4 or AddressKind.IPv6))
        {
            return Result.None;
        }
        Span<byte> bytes = stackalloc byte[16];
        address = IpRange.Number(bytes[..peer.WriteBytes(bytes)]);
        return Result.Known;
    }

    /// <summary><c>1.2.3.4:80</c>, <c>[::1]:80</c> and <c>[::1]</c> without what is not the address.</summary>
    private static ReadOnlySpan<byte> WithoutPort(ReadOnlySpan<byte> value)
    {
        if (value is [(byte)'[', ..])
        {
            int end = value.IndexOf((byte)']');
            return end < 0 ? value : value[1..end];
        }
        int colon = value.IndexOf((byte)':');
        return colon >= 0 && value[(colon + 1)..].IndexOf((byte)':') < 0 ? value[..colon] : value;
    }

    private ReadOnlySpan<byte> First(HeaderBlock headers) =>
        headers.TryGet(_header, out ReadOnlySpan<byte> value) ? HttpSyntaxTrim(value) : default;

    /// <summary>
    /// The n-th entry from the right, over all lines of the header. Empty if there are fewer: then not all of the trusted
    /// proxies were passed, and what stands there was made up.
    /// </summary>
    private ReadOnlySpan<byte> FromRight(HeaderBlock headers, int hops)
    {
        for (int line = headers.Count - 1; line >= 0; line--)
        {
            if (!Ascii.EqualsIgnoreCase(headers.Name(line), _header))
            {
                continue;
            }
            ReadOnlySpan<byte> rest = headers.Value(line);
            while (true)
            {
                int comma = rest.LastIndexOf((byte)',');
                if (--hops == 0)
                {
                    return HttpSyntaxTrim(rest[(comma + 1)..]);
                }
                if (comma < 0)
                {
                    break;
                }
                rest = rest[..comma];
            }
        }
        return default;
    }

    private static ReadOnlySpan<byte> HttpSyntaxTrim(ReadOnlySpan<byte> value) => value.Trim(" \t"u8);
}
