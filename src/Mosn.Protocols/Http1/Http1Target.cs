using System.Text;

namespace Mosn.Protocols.Http1;

/// <summary>Takes a request target apart and settles whom the request is for (RFC 9112 section 3.2).</summary>
internal static class Http1Target
{
    private static readonly LineSlice NoQuery = new(-1, 0);

    public static Http1Error Apply(RequestHead head)
    {
        bool hasHost = head.Headers.TryGet(KnownHeader.Host, out ReadOnlySpan<byte> host);
        if (!hasHost && head.Version == HttpVersion.Http11)
        {
            return Http1Error.MissingHost;
        }
        if (!host.IsEmpty && !HttpSyntax.IsAuthority(host))
        {
            return Http1Error.BadHost;
        }

        ReadOnlySpan<byte> target = head.Target;
        if (head.KnownMethod == KnownMethod.Connect)
        {
            return ApplyAuthorityForm(head, target);
        }
        if (target[0] != (byte)'/')
        {
            return target.SequenceEqual("*"u8) ? ApplyAsteriskForm(head) : ApplyAbsoluteForm(head, target);
        }
        int mark = target.IndexOfAny((byte)'?', (byte)'#');
        if (mark >= 0 && target[mark..].Contains((byte)'#'))
        {
            return Http1Error.BadTarget;
        }
        Accept(head, default, pathStart: 0, mark < 0 ? target.Length : mark);
        return Http1Error.None;
    }

    private static Http1Error ApplyAuthorityForm(RequestHead head, ReadOnlySpan<byte> target)
    {
        // The port has no default here.
        int colon = target.LastIndexOf((byte)':');
        if (colon < 0 || colon == target.Length - 1 || !head.TrySetAuthority(target))
        {
            return Http1Error.BadTarget;
        }
        head.AcceptTarget(default, default, NoQuery);
        return Http1Error.None;
    }

    private static Http1Error ApplyAsteriskForm(RequestHead head)
    {
        if (head.KnownMethod != KnownMethod.Options)
        {
            return Http1Error.BadTarget;
        }
        Accept(head, default, pathStart: 0, pathEnd: 1);
        return Http1Error.None;
    }

    private static Http1Error ApplyAbsoluteForm(RequestHead head, ReadOnlySpan<byte> target)
    {
        int schemeLength = StartsWithIgnoreCase(target, "http://"u8) ? 4
            : StartsWithIgnoreCase(target, "https://"u8) ? 5
            : 0;
        if (schemeLength == 0 || target.Contains((byte)'#'))
        {
            return Http1Error.BadTarget;
        }
        int authorityStart = schemeLength + 3;
        int authorityLength = target[authorityStart..].IndexOfAny((byte)'/', (byte)'?');
        int pathStart = authorityLength < 0 ? target.Length : authorityStart + authorityLength;
        int pathLength = target[pathStart..].IndexOf((byte)'?');
        int pathEnd = pathLength < 0 ? target.Length : pathStart + pathLength;

        // RFC 9112 section 3.2.2: the target wins over Host, whatever that said.
        if (!head.TrySetAuthority(target[authorityStart..pathStart]))
        {
            return Http1Error.BadTarget;
        }
        int start = head.TargetStart;
        LineSlice scheme = new(start, schemeLength);
        Accept(head, scheme, pathStart, pathEnd);
        if (pathStart == pathEnd)
        {
            // RFC 9112 section 3.2.4: OPTIONS without a path asks about the server.
            bool isServerWide = head.KnownMethod == KnownMethod.Options && !head.HasQuery;
            head.SetPath(isServerWide ? "*"u8 : "/"u8);
        }
        return Http1Error.None;
    }

    /// <summary>The path lies where it is said in the target; what is behind it begins with a question mark.</summary>
    private static void Accept(RequestHead head, LineSlice scheme, int pathStart, int pathEnd)
    {
        int start = head.TargetStart;
        int targetLength = head.Target.Length;
        LineSlice query = pathEnd == targetLength
            ? NoQuery
            : new LineSlice(start + pathEnd + 1, targetLength - pathEnd - 1);
        head.AcceptTarget(scheme, new LineSlice(start + pathStart, pathEnd - pathStart), query);
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> prefix) =>
        text.Length >= prefix.Length && Ascii.EqualsIgnoreCase(text[..prefix.Length], prefix);
}
