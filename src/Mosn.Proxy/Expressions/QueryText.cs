using System.Buffers;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// Parameters in a query, as Go's <c>url.QueryUnescape</c> decodes them: <c>%XX</c>, and <c>+</c> for a space. A pair
/// with a broken escape does not exist.
/// </summary>
internal static class QueryText
{
    private static readonly SearchValues<byte> s_separators = SearchValues.Create("&;"u8);

    public static bool IsEncoded(ReadOnlySpan<byte> text) => text.ContainsAny((byte)'%', (byte)'+');

    /// <summary>The value of the first parameter of that name, still encoded.</summary>
    /// <param name="name">Decoded.</param>
    public static bool TryFind(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!query.IsEmpty)
        {
            int end = query.IndexOfAny(s_separators);
            ReadOnlySpan<byte> pair = end < 0 ? query : query[..end];
            query = end < 0 ? default : query[(end + 1)..];
            int equals = pair.IndexOf((byte)'=');
            ReadOnlySpan<byte> key = equals < 0 ? pair : pair[..equals];
            value = equals < 0 ? default : pair[(equals + 1)..];
            if (!pair.IsEmpty && IsDecodable(value) && DecodesTo(key, name))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <param name="text">Can be decoded.</param>
    /// <param name="into">Room for as many bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> into)
    {
        int written = 0;
        while (TryTake(ref text, out byte next))
        {
            into[written++] = next;
        }
        return written;
    }

    private static bool IsDecodable(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            int escape = text.IndexOf((byte)'%');
            if (escape < 0)
            {
                return true;
            }
            text = text[escape..];
            if (!TryTake(ref text, out _))
            {
                return false;
            }
        }
        return true;
    }

    private static bool DecodesTo(ReadOnlySpan<byte> text, ReadOnlySpan<byte> decoded)
    {
        if (!IsEncoded(text))
        {
            return text.SequenceEqual(decoded);
        }
        while (TryTake(ref text, out byte next))
        {
            if (decoded.IsEmpty || decoded[0] != next)
            {
                return false;
            }
            decoded = decoded[1..];
        }
        return text.IsEmpty && decoded.IsEmpty;
    }

    /// <returns>False at the end, and at an escape that is none.</returns>
    private static bool TryTake(ref ReadOnlySpan<byte> text, out byte next)
    {
        next = text.IsEmpty ? (byte)0 : text[0];
        if (next != (byte)'%')
        {
            bool isThere = !text.IsEmpty;
            text = isThere ? text[1..] : text;
            next = next == (byte)'+' ? (byte)' ' : next;
            return isThere;
        }
        if (text.Length < 3 || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
        {
            return false;
        }
        next = (byte)((HexDigit(text[1]) << 4) | HexDigit(text[2]));
        text = text[3..];
        return true;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
