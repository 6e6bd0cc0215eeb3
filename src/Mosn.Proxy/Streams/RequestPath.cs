using System.Buffers;

namespace Mosn.Proxy.Streams;

/// <summary>
/// The two forms of a path: as it stands in a request, and normalised as routes see it: escapes decoded, one slash for
/// several, no <c>.</c> and <c>..</c>. Rules look at the second, or a client could get around them by spelling.
/// </summary>
internal static class RequestPath
{
    /// <summary>What stands in a path unescaped: RFC 3986's pchar and the slash.</summary>
    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=:@/"u8);

    /// <summary>True if the path is its own normalised form, which nearly every path is.</summary>
    public static bool IsNormal(ReadOnlySpan<byte> path)
    {
        // One pass over a few dozen bytes beats three vectorised searches, one of them for two bytes in a row.
        byte previous = 0;
        foreach (byte value in path)
        {
            if (value == (byte)'%' || (previous == (byte)'/' && value is ((byte)'/' or (byte)'.')))
            {
                return false;
            }
            previous = value;
        }
        return true;
    }

    /// <summary>Writes the normalised form.</summary>
    /// <param name="path">Absolute, or <c>*</c>, or empty.</param>
    /// <param name="into">Room for as many bytes as the path has.</param>
    /// <returns>Bytes written.</returns>
    public static int Normalise(ReadOnlySpan<byte> path, Span<byte> into)
    {
        int length = Decode(path, into);
        return length > 0 && into[0] == (byte)'/' ? RemoveDots(into[..length]) : length;
    }

    /// <summary>Bytes that <see cref="Encode"/> may need.</summary>
    public static int EncodedLengthMax(int length) => 3 * length;

    /// <summary>Writes a normalised path so that it can stand in a request: everything else than pchar is escaped.</summary>
    /// <returns>Bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> path, Span<byte> into)
    {
        ReadOnlySpan<byte> hex = "0123456789ABCDEF"u8;
        int written = 0;
        while (!path.IsEmpty)
        {
            int plain = path.IndexOfAnyExcept(s_plain);
            plain = plain < 0 ? path.Length : plain;
            path[..plain].CopyTo(into[written..]);
            written += plain;
            path = path[plain..];
            if (!path.IsEmpty)
            {
                into[written] = (byte)'%';
                into[written + 1] = hex[path[0] >> 4];
                into[written + 2] = hex[path[0] & 15];
                written += 3;
                path = path[1..];
            }
        }
        return written;
    }

    /// <summary>Decodes escapes; a percent sign that begins none stays, as in MOSN.</summary>
    private static int Decode(ReadOnlySpan<byte> path, Span<byte> into)
    {
        int written = 0;
        for (int i = 0; i < path.Length; i++)
        {
            byte value = path[i];
            if (value == (byte)'%' && i + 2 < path.Length
                && char.IsAsciiHexDigit((char)path[i + 1]) && char.IsAsciiHexDigit((char)path[i + 2]))
            {
                value = (byte)((HexDigit(path[i + 1]) << 4) | HexDigit(path[i + 2]));
                i += 2;
            }
            into[written++] = value;
        }
        return written;
    }

    private static int HexDigit(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>In place, segment by segment; a <c>..</c> at the root stays at the root (RFC 3986 section 5.2.4).</summary>
    private static int RemoveDots(Span<byte> path)
    {
        int written = 1; // The slash at the start; from here on what is written always ends with one between segments.
        int at = 1;
        while (at < path.Length)
        {
            int slash = path[at..].IndexOf((byte)'/');
            int end = slash < 0 ? path.Length : at + slash;
            Span<byte> segment = path[at..end];
            at = end + 1;
            if (segment.SequenceEqual(".."u8))
            {
                written = path[..Math.Max(1, written - 1)].LastIndexOf((byte)'/') + 1;
            }
            else if (!segment.IsEmpty && !segment.SequenceEqual("."u8))
            {
                segment.CopyTo(path[written..]);
                written += segment.Length;
                if (slash >= 0)
                {
                    path[written++] = (byte)'/';
                }
            }
        }
        return written;
    }
}
