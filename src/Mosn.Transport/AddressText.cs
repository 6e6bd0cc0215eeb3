namespace Mosn.Transport;

/// <summary>Reads addresses without allocating: RFC 4291 section 2.2 for IPv6, four decimal numbers for IPv4.</summary>
internal static class AddressText
{
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <param name="bytes">16 bytes, in network order; the first <paramref name="length"/> of them are the address.</param>
    /// <param name="length">4 or 16.</param>
    /// <param name="port">-1: the text has none.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, Span<byte> bytes, out int length, out int port)
    {
        length = 4;
        port = -1;
        ReadOnlySpan<byte> rest;
        if (!text.IsEmpty && text[0] == (byte)'[')
        {
            int end = text.IndexOf((byte)']');
            if (end < 0 || !TryParseIPv6(text[1..end], bytes))
            {
                return false;
            }
            length = 16;
            if (bytes[..12].SequenceEqual(MappedPrefix))
            {
                bytes[12..16].CopyTo(bytes);
                length = 4;
            }
            rest = text[(end + 1)..];
        }
        else
        {
            int colon = text.IndexOf((byte)':');
            int end = colon < 0 ? text.Length : colon;
            if (!TryParseIPv4(text[..end], bytes))
            {
                return false;
            }
            rest = text[end..];
        }
        if (rest.IsEmpty)
        {
            return true;
        }
        return rest[0] == (byte)':' && TryParseDecimal(rest[1..], digitsMax: 5, out port) && port is > 0 and <= 65535;
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        for (int i = 0; i < 4; i++)
        {
            int dot = text.IndexOf((byte)'.');
            bool isLast = i == 3;
            if (isLast != (dot < 0))
            {
                return false;
            }
            ReadOnlySpan<byte> part = isLast ? text : text[..dot];
            // "010" is eight for some and ten for others.
            if (!TryParseDecimal(part, digitsMax: 3, out int value) || value > 255 || (part.Length > 1 && part[0] == (byte)'0'))
            {
                return false;
            }
            bytes[i] = (byte)value;
            text = isLast ? default : text[(dot + 1)..];
        }
        return true;
    }

    private static bool TryParseIPv6(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryParseGroups(text, bytes, out int all) && all == 16;
        }
        Span<byte> tail = stackalloc byte[16];
        if (!TryParseGroups(text[..gap], bytes, out int head) || !TryParseGroups(text[(gap + 2)..], tail, out int after)
            || head + after > 14)
        {
            return false;
        }
        bytes[head..(16 - after)].Clear();
        tail[..after].CopyTo(bytes[(16 - after)..]);
        return true;
    }

    /// <summary>Groups of hexadecimal digits with colons between; the last four bytes may be written as IPv4.</summary>
    private static bool TryParseGroups(ReadOnlySpan<byte> text, Span<byte> bytes, out int length)
    {
        length = 0;
        while (!text.IsEmpty)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains((byte)'.'))
            {
                bool fits = length <= 12 && TryParseIPv4(group, bytes[length..]);
                length += 4;
                return fits;
            }
            if (length > 14 || group.IsEmpty || group.Length > 4 || colon == text.Length - 1)
            {
                return false;
            }
            int value = 0;
            foreach (byte digit in group)
            {
                if (!char.IsAsciiHexDigit((char)digit))
                {
                    return false;
                }
                value = (value << 4) | (digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
            }
            bytes[length++] = (byte)(value >> 8);
            bytes[length++] = (byte)value;
            text = colon < 0 ? default : text[(colon + 1)..];
        }
        return true;
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, int digitsMax, out int value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > digitsMax)
        {
            return false;
        }
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            value = (value * 10) + (digit - '0');
        }
        return true;
    }
}
