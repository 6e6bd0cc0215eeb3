using System.Text;

namespace Mosn.Protocols.Http1;

/// <summary>
/// Tells how a body is delimited (RFC 9112 section 6.3), and refuses whatever two implementations could read in two
/// ways.
/// </summary>
internal static class Http1Framing
{
    /// <summary>The headers that a request needs a closer look for; bit n is the header of value n.</summary>
    public const ulong SpecialMask =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.TransferEncoding)
        | (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.Expect);

    private const ulong FramingMask =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.TransferEncoding);

    public static Http1Error Apply(RequestHead head)
    {
        HeaderBlock headers = head.Headers;
        if (!headers.ContainsAny(SpecialMask))
        {
            head.KeepAlive = head.Version == HttpVersion.Http11;
            return Http1Error.None;
        }
        Http1ConnectionOptions options = Http1Connection.Read(headers);
        head.KeepAlive = Http1Connection.IsKept(head.Version, options);
        head.HasUpgrade = (options & Http1ConnectionOptions.Upgrade) != Http1ConnectionOptions.None
            && head.Version == HttpVersion.Http11 && headers.Contains(KnownHeader.Upgrade);

        Http1Error error = ReadExpectation(head);
        return error != Http1Error.None ? error : ApplyRequestBody(head);
    }

    public static Http1Error Apply(ResponseHead head, RequestMethodHint method)
    {
        HeaderBlock headers = head.Headers;
        Http1ConnectionOptions options = Http1Connection.Read(headers);
        head.KeepAlive = Http1Connection.IsKept(head.Version, options);
        head.HasUpgrade = head.Status == 101;

        bool isTunnel = method == RequestMethodHint.Connect && head.Status is >= 200 and < 300;
        if (isTunnel)
        {
            // RFC 9110 section 9.3.6: framing fields mean nothing here; what follows is the tunnel.
            head.HasUpgrade = true;
            return Http1Error.None;
        }
        Http1Error error = ReadFraming(headers, head.Version, out bool isChunked, out long contentLength);
        if (error != Http1Error.None)
        {
            return error == Http1Error.UnknownTransferCoding ? Http1Error.UnexpectedFraming : error;
        }
        if (head.Status is < 200 or 204)
        {
            // Some peers do send a body after these, others do not read one: only a declared nothing is safe.
            return isChunked || contentLength > 0 ? Http1Error.UnexpectedFraming : Http1Error.None;
        }
        if (method == RequestMethodHint.Head || head.Status == 304)
        {
            head.SetFraming(BodyFraming.None, contentLength);
        }
        else if (isChunked)
        {
            head.SetFraming(BodyFraming.Chunked);
        }
        else if (contentLength >= 0)
        {
            head.SetFraming(BodyFraming.Length, contentLength);
        }
        else
        {
            head.SetFraming(BodyFraming.UntilClose);
            head.KeepAlive = false;
        }
        return Http1Error.None;
    }

    /// <summary>Digits only, up to 18 of them and so below 2^63.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> text, out long length)
    {
        length = 0;
        if (text.Length is 0 or > 18)
        {
            return false;
        }
        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }
            length = (length * 10) + (digit - '0');
        }
        return true;
    }

    private static Http1Error ReadExpectation(RequestHead head)
    {
        HeaderBlock headers = head.Headers;
        int at = headers.IndexOf(KnownHeader.Expect);
        while (at >= 0)
        {
            if (!Ascii.EqualsIgnoreCase(headers.Value(at), "100-continue"u8))
            {
                return Http1Error.UnknownExpectation;
            }

            // RFC 9110 section 10.1.1: to be ignored in HTTP/1.0, whose clients do not know interim responses.
            head.ExpectContinue = head.Version == HttpVersion.Http11;
            at = headers.IndexOf(KnownHeader.Expect, at + 1);
        }
        return Http1Error.None;
    }

    private static Http1Error ApplyRequestBody(RequestHead head)
    {
        Http1Error error = ReadFraming(head.Headers, head.Version, out bool isChunked, out long contentLength);
        if (error != Http1Error.None)
        {
            return error;
        }
        if (head.KnownMethod == KnownMethod.Connect && (isChunked || contentLength > 0))
        {
            return Http1Error.UnexpectedFraming;
        }
        if (isChunked)
        {
            head.SetFraming(BodyFraming.Chunked);
        }
        else if (contentLength >= 0)
        {
            head.SetFraming(BodyFraming.Length, contentLength);
        }
        return Http1Error.None;
    }

    private static Http1Error ReadFraming(
        HeaderBlock headers, HttpVersion version, out bool isChunked, out long contentLength)
    {
        isChunked = false;
        contentLength = -1;
        if (!headers.ContainsAny(FramingMask))
        {
            return Http1Error.None;
        }
        bool hasLength = headers.TryGet(KnownHeader.ContentLength, out ReadOnlySpan<byte> length);
        if (headers.TryGet(KnownHeader.TransferEncoding, out ReadOnlySpan<byte> coding))
        {
            isChunked = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
            return hasLength ? Http1Error.ConflictingFraming
                : version == HttpVersion.Http10 ? Http1Error.UnexpectedFraming
                : isChunked ? Http1Error.None
                : Http1Error.UnknownTransferCoding;
        }
        if (!TryReadLength(length, out contentLength))
        {
            contentLength = -1;
            return Http1Error.BadContentLength;
        }
        return Http1Error.None;
    }
}
