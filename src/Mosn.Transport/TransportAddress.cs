using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Mosn.Transport;

/// <summary>What an address is of.</summary>
public enum AddressKind : byte
{
    /// <summary>No address: an unnamed Unix socket.</summary>
    None,

    /// <summary>IPv4 address and port.</summary>
    IPv4,

    /// <summary>IPv6 address and port.</summary>
    IPv6,

    /// <summary>A Unix socket's path.</summary>
    Unix,
}

/// <summary>
/// Where a socket is: a small value, so that a connection costs no objects for its two addresses.
/// </summary>
public readonly record struct TransportAddress
{
    private readonly ulong _high;
    private readonly ulong _low;

    private TransportAddress(AddressKind kind, ulong high, ulong low, ushort port, string? path)
    {
        Kind = kind;
        _high = high;
        _low = low;
        Port = port;
        Path = path;
    }

    /// <summary>Which of the other members mean something.</summary>
    public AddressKind Kind { get; }

    /// <summary>Port of an IP address.</summary>
    public ushort Port { get; }

    /// <summary>Path of a Unix socket; one that starts with '@' is in the abstract name space.</summary>
    public string? Path { get; }

    /// <summary>True for 0.0.0.0 and ::.</summary>
    public bool IsAny => Kind is AddressKind.IPv4 or AddressKind.IPv6 && _high == 0 && _low == 0;

    /// <summary>An address from its network-order bytes, 4 or 16.</summary>
    public static TransportAddress FromBytes(ReadOnlySpan<byte> address, ushort port) => address.Length == 4
        ? new(AddressKind.IPv4, 0, BinaryPrimitives.ReadUInt32BigEndian(address), port, path: null)
        : new(
            AddressKind.IPv6,
            BinaryPrimitives.ReadUInt64BigEndian(address),
            BinaryPrimitives.ReadUInt64BigEndian(address[8..]),
            port,
            path: null);

    /// <summary>An address from .NET's form.</summary>
    public static TransportAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return FromBytes(bytes[..length], (ushort)port);
    }

    /// <summary>
    /// Reads <c>ip:port</c>, <c>[ip]:port</c> or either without a port. Strict, because the text may be a peer's: no names,
    /// no other writings of numbers, no zone, no port 0. An IPv4 address in IPv6 form is the IPv4 address.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ushort defaultPort, out TransportAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address = default;
        if (!AddressText.TryParse(text, bytes, out int length, out int port))
        {
            return false;
        }
        address = FromBytes(bytes[..length], port < 0 ? defaultPort : (ushort)port);
        return true;
    }

    /// <summary>A Unix socket's address.</summary>
    public static TransportAddress Unix(string path) => new(AddressKind.Unix, 0, 0, 0, path);

    /// <summary>The same address with another port.</summary>
    public TransportAddress WithPort(ushort port) => new(Kind, _high, _low, port, Path);

    /// <summary>Writes the address's network-order bytes, 4 or 16, and returns their number.</summary>
    public int WriteBytes(Span<byte> into)
    {
        if (Kind == AddressKind.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(into, (uint)_low);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(into, _high);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], _low);
        return 16;
    }

    /// <summary>Writes <c>ip:port</c>, <c>[ip]:port</c> or the path as ASCII, cut to what fits; '-' for None.</summary>
    /// <returns>Bytes written.</returns>
    public int Format(Span<byte> into)
    {
        switch (Kind)
        {
            case AddressKind.IPv4:
                uint ip = (uint)_low;
                int at = 0;
                for (int shift = 24; shift >= 0; shift -= 8)
                {
                    if (!((ip >> shift) & 0xFF).TryFormat(into[at..], out int digits) || at + digits >= into.Length)
                    {
                        return at;
                    }
                    at += digits;
                    into[at++] = shift == 0 ? (byte)':' : (byte)'.';
                }
                return Port.TryFormat(into[at..], out int port) ? at + port : at;
            case AddressKind.None:
                return "-"u8.TryCopyTo(into) ? 1 : 0;
            default:
                return Encoding.UTF8.TryGetBytes(ToString(), into, out int written) ? written : 0;
        }
    }

    /// <summary><c>ip:port</c>, <c>[ip]:port</c>, the path, or '-'.</summary>
    public override string ToString()
    {
        switch (Kind)
        {
            case AddressKind.Unix:
                return Path!;
            case AddressKind.None:
                return "-";
            default:
                Span<byte> bytes = stackalloc byte[16];
                IPAddress address = new(bytes[..WriteBytes(bytes)]);
                return Kind == AddressKind.IPv6
                    ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{Port}")
                    : string.Create(CultureInfo.InvariantCulture, $"{address}:{Port}");
        }
    }
}
