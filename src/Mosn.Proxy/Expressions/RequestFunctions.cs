using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// The functions on <c>ctx</c>. Each is true if it did what it says. What they write is checked, so that no value of a
/// client becomes a second header or a second request.
/// </summary>
internal static class RequestFunctions
{
    /// <summary>
    /// Sets the path, and the query if there is one; a slash at the start may be left out. Escapes stay, other bytes that
    /// cannot stand in a path are escaped; control bytes are refused.
    /// </summary>
    public static bool RewriteUrl(scoped ref Evaluation evaluation, ReadOnlySpan<byte> url, out bool value)
    {
        value = false;
        if (url.ContainsAnyInRange((byte)0, (byte)0x1F) || url.Contains((byte)0x7F))
        {
            return true;
        }
        int mark = url.IndexOf((byte)'?');
        ReadOnlySpan<byte> path = mark < 0 ? url : url[..mark];
        ReadOnlySpan<byte> query = mark < 0 ? default : url[(mark + 1)..];
        if (!TryEncode(ref evaluation, path, isPath: true, out ReadOnlySpan<byte> encodedPath)
            || !TryEncode(ref evaluation, query, isPath: false, out ReadOnlySpan<byte> encodedQuery))
        {
            return false;
        }
        RequestHead request = evaluation.Stream.Request;
        value = request.TrySetPath(encodedPath) && (mark < 0 || request.TrySetQuery(encodedQuery));
        return true;
    }

    public static bool AddRequestHeader(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> name, ReadOnlySpan<byte> header, out bool value)
    {
        value = !IsOfMessage(name, isRequest: true) && evaluation.Stream.Request.Headers.TrySet(name, header);
        return true;
    }

    public static bool DeleteRequestHeader(scoped ref Evaluation evaluation, ReadOnlySpan<byte> name, out bool value)
    {
        value = !IsOfMessage(name, isRequest: true);
        if (value)
        {
            evaluation.Stream.Request.Headers.Remove(name);
        }
        return true;
    }

    public static bool AddResponseHeader(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> name, ReadOnlySpan<byte> header, out bool value)
    {
        value = evaluation.Stream.Response is { } response && !IsOfMessage(name, isRequest: false)
            && response.Headers.TrySet(name, header);
        return true;
    }

    public static bool DeleteResponseHeader(scoped ref Evaluation evaluation, ReadOnlySpan<byte> name, out bool value)
    {
        value = evaluation.Stream.Response is not null && !IsOfMessage(name, isRequest: false);
        if (value)
        {
            evaluation.Stream.Response!.Headers.Remove(name);
        }
        return true;
    }

    /// <summary>What says where a message goes and where it ends is not an expression's to change.</summary>
    private static bool IsOfMessage(ReadOnlySpan<byte> name, bool isRequest) => KnownHeaders.Of(name) switch
    {
        KnownHeader.Host => isRequest,
        KnownHeader.Connection or KnownHeader.KeepAlive or KnownHeader.ProxyConnection or KnownHeader.TransferEncoding
            or KnownHeader.ContentLength or KnownHeader.Te or KnownHeader.Trailer or KnownHeader.Upgrade => true,
        _ => false,
    };

    private static bool TryEncode(
        scoped ref Evaluation evaluation, ReadOnlySpan<byte> text, bool isPath, out ReadOnlySpan<byte> encoded)
    {
        encoded = text;
        if (PlainLength(text, isPath) == text.Length && (!isPath || text is [(byte)'/', ..]))
        {
            return true;
        }
        if (!evaluation.TryRent(RequestPath.EncodedLengthMax(text.Length) + 1, out Span<byte> room))
        {
            return false;
        }
        int written = 0;
        if (isPath && text is not [(byte)'/', ..])
        {
            room[written++] = (byte)'/';
        }
        while (!text.IsEmpty)
        {
            int length = PlainLength(text, isPath);
            text[..length].CopyTo(room[written..]);
            written += length;
            text = text[length..];
            if (!text.IsEmpty)
            {
                written += RequestPath.Encode(text[..1], room[written..]);
                text = text[1..];
            }
        }
        encoded = room[..written];
        return true;
    }

    /// <summary>Bytes at the start that may stay as they are.</summary>
    private static int PlainLength(ReadOnlySpan<byte> text, bool isPath)
    {
        int length = 0;
        while (length < text.Length
            && text[length] is > 0x20 and < 0x7F and not (byte)'#'
            && (!isPath || text[length] != '%' || IsEscape(text[length..])))
        {
            length++;
        }
        return length;
    }

    private static bool IsEscape(ReadOnlySpan<byte> text) =>
        text.Length > 2 && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]);
}
