using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Unicode;

namespace Mosn.Proxy.Config;

/// <summary>
/// A run of IP addresses, both ends included. IPv4 addresses stand where IPv6 maps them (<c>::ffff:0:0/96</c>), so one
/// comparison serves both.
/// </summary>
public readonly record struct IpRange(UInt128 First, UInt128 Last)
{
    private static readonly SearchValues<char> s_ofIPv4 = SearchValues.Create("0123456789.");

    /// <summary>An address, or a range as <c>10.0.0.0/8</c>; bits behind the prefix do not count, as in MOSN.</summary>
    public static bool TryParse(string text, out IpRange range)
    {
        range = default;
        int slash = text.IndexOf('/');
        if (!TryNumber(slash < 0 ? text : text[..slash], out UInt128 address, out bool isV4))
        {
            return false;
        }
        int free = 0;
        if (slash >= 0)
        {
            int bits = isV4 ? 32 : 128;
            if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)
                || prefix > bits)
            {
                return false;
            }
            free = bits - prefix;
        }
        UInt128 mask = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        range = new IpRange(address & ~mask, address | mask);
        return true;
    }

    /// <summary>An address in text, without a port; allocates nothing.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> ascii, out UInt128 number)
    {
        Span<char> text = stackalloc char[64];
        number = default;
        return ascii.Length <= text.Length
            && Utf8.ToUtf16(ascii, text, out _, out int length) == OperationStatus.Done
            && TryNumber(text[..length], out number, out _);
    }

    /// <param name="address">In network order, 4 or 16 bytes.</param>
    public static UInt128 Number(ReadOnlySpan<byte> address) => address.Length == 4
        ? new UInt128(0, 0xFFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(address))
        : BinaryPrimitives.ReadUInt128BigEndian(address);

    private static bool TryNumber(ReadOnlySpan<char> text, out UInt128 number, out bool isV4)
    {
        number = default;
        isV4 = false;

        // .NET also takes 1, 0x7f.1 and fe80::1%eth0 for addresses; nobody means them in a list.
        isV4 = !text.Contains(':');
        if ((isV4 && (text.Count('.') != 3 || text.ContainsAnyExcept(s_ofIPv4))) || text.ContainsAny('%', '[')
            || !IPAddress.TryParse(text, out IPAddress? address))
        {
            return false;
        }
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        number = Number(bytes[..length]);
        return isV4 == (address.AddressFamily == AddressFamily.InterNetwork);
    }
}
