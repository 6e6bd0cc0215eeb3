using System.Text;

namespace Mosn.Protocols.Http1;

/// <summary>What the <c>Connection</c> fields of a head ask for (RFC 9110 section 7.6.1).</summary>
[Flags]
internal enum Http1ConnectionOptions : byte
{
    None = 0,
    Close = 1,
    KeepAlive = 2,
    Upgrade = 4,
}

internal static class Http1Connection
{
    public static Http1ConnectionOptions Read(HeaderBlock headers)
    {
        Http1ConnectionOptions options = Http1ConnectionOptions.None;
        int i = -1;
        while ((i = headers.IndexOf(KnownHeader.Connection, i + 1)) >= 0)
        {
            ReadOnlySpan<byte> list = headers.Value(i);
            if (IsPlain(list))
            {
                options |= list.Length == 5 ? Http1ConnectionOptions.Close : Http1ConnectionOptions.KeepAlive;
                continue;
            }
            while (NextToken(ref list, out ReadOnlySpan<byte> token))
            {
                options |= OptionOf(token);
            }
        }
        return options;
    }

    /// <summary>Just one of the two options that nearly every such field has, spelt as nearly everybody does.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("keep-alive"u8) || value.SequenceEqual("close"u8);

    /// <summary>Whether the connection may carry another message (RFC 9112 section 9.3).</summary>
    public static bool IsKept(HttpVersion version, Http1ConnectionOptions options) =>
        (options & Http1ConnectionOptions.Close) == Http1ConnectionOptions.None
        && (version != HttpVersion.Http10
            || (options & Http1ConnectionOptions.KeepAlive) != Http1ConnectionOptions.None);

    /// <summary>Takes the next member off a comma-separated list; empty members are passed over.</summary>
    public static bool NextToken(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> token)
    {
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf((byte)',');
            token = HttpSyntax.Trim(comma < 0 ? list : list[..comma]);
            list = comma < 0 ? default : list[(comma + 1)..];
            if (!token.IsEmpty)
            {
                return true;
            }
        }
        token = default;
        return false;
    }

    private static Http1ConnectionOptions OptionOf(ReadOnlySpan<byte> token) =>
        Ascii.EqualsIgnoreCase(token, "close"u8) ? Http1ConnectionOptions.Close
        : Ascii.EqualsIgnoreCase(token, "keep-alive"u8) ? Http1ConnectionOptions.KeepAlive
        : Ascii.EqualsIgnoreCase(token, "upgrade"u8) ? Http1ConnectionOptions.Upgrade
        : Http1ConnectionOptions.None;
}
