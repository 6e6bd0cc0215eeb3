using Mosn.Protocols;

namespace Mosn.Proxy.Streams;

/// <summary>Pairs of name and value in one text: the parameters of a query, the cookies of a header.</summary>
internal static class NameValuePairs
{
    /// <summary>Takes the first pair off; false if there is none left.</summary>
    /// <param name="pairs">What is left to read; what is behind the pair, afterwards.</param>
    /// <param name="separator">Between two pairs; spaces behind it do not count.</param>
    /// <param name="value">Empty if the pair has no equals sign.</param>
    public static bool TryTake(
        scoped ref ReadOnlySpan<byte> pairs, byte separator, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (pairs.IsEmpty)
        {
            return false;
        }
        int end = pairs.IndexOf(separator);
        ReadOnlySpan<byte> pair = (end < 0 ? pairs : pairs[..end]).TrimStart((byte)' ');
        pairs = end < 0 ? default : pairs[(end + 1)..];
        int equals = pair.IndexOf((byte)'=');
        name = equals < 0 ? pair : pair[..equals];
        value = equals < 0 ? default : pair[(equals + 1)..];
        return true;
    }

    /// <summary>The value of the first pair of that name, as it stands there.</summary>
    public static bool TryFind(
        ReadOnlySpan<byte> pairs, byte separator, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (TryTake(ref pairs, separator, out ReadOnlySpan<byte> found, out value))
        {
            if (found.SequenceEqual(name))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The value of a cookie, in whichever of the <c>Cookie</c> fields it stands.</summary>
    public static bool TryFindCookie(HeaderBlock headers, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = headers.IndexOf(KnownHeader.Cookie); i >= 0; i = headers.IndexOf(KnownHeader.Cookie, i + 1))
        {
            if (TryFind(headers.Value(i), (byte)';', name, out value))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>Whether a name or value of a query stands for other bytes than its own.</summary>
    public static bool IsEncoded(ReadOnlySpan<byte> text) => text.ContainsAny((byte)'%', (byte)'+');

    /// <summary>
    /// Decodes a name or value of a query (application/x-www-form-urlencoded): a plus sign is a space; a percent sign that
    /// begins no escape stays.
    /// </summary>
    /// <param name="into">Room for as many bytes as the text has.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> into)
    {
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte value = text[i] == (byte)'+' ? (byte)' ' : text[i];
            if (value == (byte)'%' && i + 2 < text.Length
                && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                value = (byte)((HexDigit(text[i + 1]) << 4) | HexDigit(text[i + 2]));
                i += 2;
            }
            into[written++] = value;
        }
        return written;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
