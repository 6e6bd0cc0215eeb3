using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using Mosn.Transport;

namespace Mosn.Proxy.Expressions;

/// <summary>IP addresses as 128 bits: IPv4 in its IPv6 form, so that both forms of one address are equal, as in Go.</summary>
internal static class AddressText
{
    /// <summary>Bytes of the longest.</summary>
    private const int LengthMax = 46;

    private static readonly SearchValues<byte> s_v6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    private static readonly UInt128 s_mapped = new(0, 0xFFFF_0000_0000);

    /// <summary>IPv4 or IPv6 without port, zone and brackets. IPv6 allocates.</summary>
    public static bool ToIp(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out UInt128 value)
    {
        if (TryParseV4(text, out uint v4))
        {
            value = s_mapped | v4;
            return true;
        }
        value = default;
        return TryParseV6(text, out value) || evaluation.Fail(EvaluationFault.BadText);
    }

    public static bool ToText(scoped ref Evaluation evaluation, UInt128 address, out ReadOnlySpan<byte> value)
    {
        if (!evaluation.TryRent(LengthMax, out Span<byte> room))
        {
            value = default;
            return false;
        }
        value = room[..Format(address, room)];
        return true;
    }

    /// <returns>False: not the address of an IP socket.</returns>
    public static bool TryTake(in TransportAddress address, out UInt128 value)
    {
        value = default;
        if (address.Kind is not (AddressKind.IPv4 or AddressKind.IPv6))
        {
            return false;
        }
        Span<byte> bytes = stackalloc byte[16];
        foreach (byte part in bytes[..address.WriteBytes(bytes)])
        {
            value = (value << 8) | part;
        }
        value |= address.Kind == AddressKind.IPv4 ? s_mapped : default;
        return true;
    }

    private static int Format(UInt128 address, Span<byte> into)
    {
        if (address >> 32 == s_mapped >> 32)
        {
            int written = 0;
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                ((byte)(address >> shift)).TryFormat(into[written..], out int digits, default, CultureInfo.InvariantCulture);
                written += digits;
                if (shift > 0)
                {
                    into[written++] = (byte)'.';
                }
            }
            return written;
        }
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < 16; i++)
        {
            bytes[i] = (byte)(address >> (120 - (8 * i)));
        }
        new IPAddress(bytes).TryFormat(into, out int length);
        return length;
    }

    /// <summary>Four decimal numbers without zeros before them, which some read as octal.</summary>
    private static bool TryParseV4(ReadOnlySpan<byte> text, out uint address)
    {
        address = 0;
        for (int i = 0; i < 4; i++)
        {
            int end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3 || (end > 1 && text[0] == '0'))
            {
                return false;
            }
            uint part = 0;
            foreach (byte digit in text[..end])
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return false;
                }
                part = (part * 10) + digit - '0';
            }
            if (part > byte.MaxValue)
            {
                return false;
            }
            address = (address << 8) | part;
            text = text[Math.Min(end + 1, text.Length)..];
        }
        return true;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = default;
        bool isPlain = text.Length < LengthMax && text.Contains((byte)':')
            && !text.ContainsAnyExcept(s_v6Bytes);
        if (!isPlain)
        {
            return false;
        }
        Span<char> chars = stackalloc char[LengthMax];
        return IPAddress.TryParse(chars[..Encoding.ASCII.GetChars(text, chars)], out IPAddress? parsed)
            && TryTake(TransportAddress.From(parsed, 0), out address);
    }
}
