using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>URIs as Go's <c>net/url</c> takes them: any text but one whose parts cannot be told apart.</summary>
internal static class UriText
{
    /// <summary>The text, with the scheme in lower case.</summary>
    public static bool ToUri(scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!IsUri(text))
        {
            return evaluation.Fail(EvaluationFault.BadText);
        }
        int scheme = SchemeLength(text);
        if (scheme <= 0 || text[..scheme].IndexOfAnyInRange((byte)'A', (byte)'Z') < 0)
        {
            value = text;
            return true;
        }
        if (!evaluation.TryRent(text.Length, out Span<byte> copy))
        {
            return false;
        }
        text.CopyTo(copy);
        Ascii.ToLowerInPlace(copy[..scheme], out _);
        value = copy;
        return true;
    }

    /// <summary>A URI is a text, too.</summary>
    public static bool ToText(scoped ref Evaluation evaluation, ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> value)
    {
        value = uri;
        return true;
    }

    /// <summary>The case of the host does not matter in http and https.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }
        int start = HostStart(left);
        if (start == 0 || start != HostStart(right))
        {
            return left.SequenceEqual(right);
        }
        int end = AuthorityEnd(left, start);
        return end == AuthorityEnd(right, start)
            && left[..start].SequenceEqual(right[..start])
            && Ascii.EqualsIgnoreCase(left[start..end], right[start..end])
            && left[end..].SequenceEqual(right[end..]);
    }

    private static bool IsUri(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyInRange((byte)0, (byte)0x1F) || text.Contains((byte)0x7F) || !HasWholeEscapes(text))
        {
            return false;
        }
        int scheme = SchemeLength(text);
        if (scheme < 0)
        {
            return false;
        }
        ReadOnlySpan<byte> rest = scheme == 0 ? text : text[(scheme + 1)..];
        if (!rest.StartsWith("//"u8))
        {
            // Without a scheme, a colon in the first segment would be read as the end of one.
            int colon = rest.IndexOf((byte)':');
            int slash = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
            return scheme > 0 || colon < 0 || (slash >= 0 && slash < colon);
        }
        ReadOnlySpan<byte> authority = rest[2..AuthorityEnd(rest, 2)];
        authority = authority[(authority.LastIndexOf((byte)'@') + 1)..];
        int port = authority.LastIndexOf((byte)':');
        return !authority.ContainsAny((byte)' ', (byte)'<', (byte)'>')
            && (port < 0 || authority[port..].Contains((byte)']')
                || !authority[(port + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    /// <summary>0: there is none; -1: a colon that no scheme stands before.</summary>
    private static int SchemeLength(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            byte part = text[i];
            if (part == ':')
            {
                return i == 0 ? -1 : i;
            }
            bool isPart = char.IsAsciiLetter((char)part)
                || (i > 0 && (char.IsAsciiDigit((char)part) || part is (byte)'+' or (byte)'-' or (byte)'.'));
            if (!isPart)
            {
                return 0;
            }
        }
        return 0;
    }

    private static bool HasWholeEscapes(ReadOnlySpan<byte> text)
    {
        // Behind the question mark Go takes anything.
        int query = text.IndexOf((byte)'?');
        text = query < 0 ? text : text[..query];
        for (int at = text.IndexOf((byte)'%'); at >= 0; at = text.IndexOf((byte)'%'))
        {
            if (at + 2 >= text.Length
                || !char.IsAsciiHexDigit((char)text[at + 1]) || !char.IsAsciiHexDigit((char)text[at + 2]))
            {
                return false;
            }
            text = text[(at + 3)..];
        }
        return true;
    }

    /// <summary>0: not http or https.</summary>
    private static int HostStart(ReadOnlySpan<byte> uri)
    {
        int start = uri.StartsWith("http://"u8) ? 7 : uri.StartsWith("https://"u8) ? 8 : 0;
        return start == 0 ? 0 : start + uri[start..AuthorityEnd(uri, start)].LastIndexOf((byte)'@') + 1;
    }

    private static int AuthorityEnd(ReadOnlySpan<byte> uri, int start)
    {
        int length = uri[start..].IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        return length < 0 ? uri.Length : start + length;
    }
}
