using System.Buffers.Binary;
using System.Text;

namespace Mosn.Transport.Interop;

/// <summary>struct sockaddr_in, sockaddr_in6 and sockaddr_un to and from <see cref="TransportAddress"/>.</summary>
internal static class SocketAddress
{
    /// <summary>Bytes that any of the three fits in.</summary>
    internal const int LengthMax = 110;

    internal const int IPv4Length = 16;
    internal const int IPv6Length = 28;

    private const int UnixPathMax = 107;

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    internal static int FamilyOf(in TransportAddress address) => address.Kind switch
    {
        AddressKind.IPv4 => Libc.AF_INET,
        AddressKind.IPv6 => Libc.AF_INET6,
        AddressKind.Unix => Libc.AF_UNIX,
        _ => throw new InvariantException("An address of no kind has no family."),
    };

    /// <summary>False if the address is a Unix path that is empty or too long for the system.</summary>
    internal static bool CanWrite(in TransportAddress address) =>
        address.Kind != AddressKind.Unix || Encoding.UTF8.GetByteCount(address.Path!) is > 0 and <= UnixPathMax;

    /// <summary>Writes the system's form into <paramref name="into"/> and returns its length in bytes.</summary>
    /// <exception cref="IOException">A Unix path is longer than the system's 107 bytes.</exception>
    internal static int Write(in TransportAddress address, Span<byte> into)
    {
        into.Clear();
        // sa_family is in host order; the rest is in network order.
        BitConverter.TryWriteBytes(into, (ushort)FamilyOf(address));
        if (address.Kind == AddressKind.Unix)
        {
            string path = address.Path!;
            int length = Encoding.UTF8.GetByteCount(path);
            if (length is 0 or > UnixPathMax)
            {
                throw new IOException($"'{path}': a Unix socket's path has 1 to {UnixPathMax} bytes.");
            }
            Encoding.UTF8.GetBytes(path, into[2..]);
            if (path[0] == '@')
            {
                into[2] = 0;
                return 2 + length;
            }
            return 2 + length + 1;
        }
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], address.Port);
        if (address.Kind == AddressKind.IPv4)
        {
            address.WriteBytes(into[4..]);
            return IPv4Length;
        }
        address.WriteBytes(into[8..]);
        return IPv6Length;
    }

    /// <summary>Reads the system's form.</summary>
    internal static TransportAddress Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < 2)
        {
            return default;
        }
        int family = BitConverter.ToUInt16(from);
        switch (family)
        {
            case Libc.AF_INET when from.Length >= 8:
                return TransportAddress.FromBytes(from.Slice(4, 4), BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
            case Libc.AF_INET6 when from.Length >= 24 && from.Slice(8, 12).SequenceEqual(MappedPrefix):
                // An IPv4 peer of a socket that listens on both families.
                return TransportAddress.FromBytes(from.Slice(20, 4), BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
            case Libc.AF_INET6 when from.Length >= 24:
                return TransportAddress.FromBytes(from.Slice(8, 16), BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
            case Libc.AF_UNIX when from.Length > 2:
                ReadOnlySpan<byte> path = from[2..];
                if (path[0] == 0)
                {
                    return TransportAddress.Unix("@" + Encoding.UTF8.GetString(path[1..]));
                }
                int end = path.IndexOf((byte)0);
                return TransportAddress.Unix(Encoding.UTF8.GetString(end < 0 ? path : path[..end]));
            default:
                return default;
        }
    }
}
