using System.Buffers;

namespace Mosn.Protocols;

/// <summary>The grammar of the parts of a message (RFC 9110 section 5, RFC 3986), as yes-or-no questions.</summary>
public static class HttpSyntax
{
    internal static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>What no field value, reason or target may hold: controls, but for the tab.</summary>
    internal static readonly SearchValues<byte> ControlBytes = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
            31, 127]);

    private static readonly SearchValues<byte> RegNameBytes = SearchValues.Create(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%!$&'()*+,;="u8);

    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>A non-empty token: what methods, field names and connection options are made of.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>No control byte but the tab. Bytes above 127 are allowed, as RFC 9110 does (obs-text).</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text) => !text.ContainsAny(ControlBytes);

    /// <summary>A non-empty host with an optional port, no user information. IPv6 addresses are in brackets.</summary>
    public static bool IsAuthority(ReadOnlySpan<byte> text)
    {
        int hostLength;
        if (text is [(byte)'[', ..])
        {
            int close = text.IndexOf((byte)']');
            if (close < 3 || text[1..close].ContainsAnyExcept(Ipv6Bytes))
            {
                return false;
            }
            hostLength = close + 1;
        }
        else
        {
            hostLength = text.IndexOfAnyExcept(RegNameBytes);
            hostLength = hostLength < 0 ? text.Length : hostLength;
        }
        return hostLength > 0 && (hostLength == text.Length || IsPort(text[hostLength..]));
    }

    /// <summary>An absolute path as it stands in a target: no space, query, fragment, or byte above 126.</summary>
    public static bool IsPath(ReadOnlySpan<byte> text) =>
        text is [(byte)'/', ..] && IsQuery(text) && !text.Contains((byte)'?');

    /// <summary>What may stand behind the question mark: visible ASCII but for <c>#</c>. May be empty.</summary>
    public static bool IsQuery(ReadOnlySpan<byte> text) =>
        !text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !text.Contains((byte)'#');

    /// <summary>Without the spaces and tabs at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    private static bool IsPort(ReadOnlySpan<byte> text) =>
        text is [(byte)':', ..] && text.Length <= 6 && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
