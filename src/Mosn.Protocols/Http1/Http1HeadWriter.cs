using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Http1;

/// <summary>
/// Writes heads (RFC 9112). Fields go out in their order and spelling, runs of neighbouring lines by one copy;
/// <c>Connection</c> and the framing field are written from what the options and the head say, once, whatever the
/// block holds of them.
/// </summary>
public static class Http1HeadWriter
{
    /// <summary>The longest framing and connection fields, an empty Host, what is fixed in the first line, a usual reason.</summary>
    private const int FixedBytesMax = 224;

    private const ulong FramingMask =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.TransferEncoding);

    private const ulong NeverCopiedMask =
        FramingMask | (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection);

    /// <summary>The whole interim response that lets a client send its body.</summary>
    public static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    /// <returns>Bytes that suffice for <see cref="Write(RequestHead, Http1WriteOptions, Span{byte})"/>.</returns>
    public static int MaxLength(RequestHead head) =>
        head.LineBytesMax + head.Headers.WireBytesMax + FixedBytesMax
        + (head.KnownMethod == KnownMethod.Connect ? head.Authority.Length : 0);

    /// <returns>Bytes that suffice for <see cref="Write(ResponseHead, Http1WriteOptions, Span{byte})"/>.</returns>
    public static int MaxLength(ResponseHead head) => head.LineBytesMax + head.Headers.WireBytesMax + FixedBytesMax;

    /// <summary>Writes the head with its target in origin form, or as the method demands it.</summary>
    /// <param name="room">At least <see cref="MaxLength(RequestHead)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(RequestHead head, Http1WriteOptions options, Span<byte> room)
    {
        Check.That(head.Framing != BodyFraming.Chunked || options.Version != HttpVersion.Http10);
        int at = Put(room, 0, head.Method);
        room[at++] = (byte)' ';
        at = PutTarget(room, at, head);
        at = Put(room, at, options.Version == HttpVersion.Http10 ? " HTTP/1.0\r\n"u8 : " HTTP/1.1\r\n"u8);
        if (options.Version == HttpVersion.Http11 && !head.Headers.Contains(KnownHeader.Host))
        {
            // RFC 9112 section 3.2: without an authority there is still an empty Host.
            at = Put(room, at, "Host: \r\n"u8);
        }
        return PutFields(room, at, head.Headers, head.Framing, head.ContentLength, options);
    }

    /// <param name="room">At least <see cref="MaxLength(ResponseHead)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ResponseHead head, Http1WriteOptions options, Span<byte> room)
    {
        Check.That(head.Status is >= 100 and <= 599);
        Check.That(head.Framing != BodyFraming.Chunked || options.Version != HttpVersion.Http10);
        ReadOnlySpan<byte> reason = head.Reason;
        if (reason.IsEmpty && head.Version == HttpVersion.Http2)
        {
            reason = HttpReasons.Of(head.Status); // It has none in HTTP/2, and some clients of HTTP/1 want one.
        }
        int at = PutStatusLine(room, head.Status, reason, options.Version);

        bool isBodiless = head.Status is < 200 or 204;
        Check.That(!isBodiless || !head.HasBody);
        if (head.Framing == BodyFraming.UntilClose)
        {
            options = options with { Close = true };
        }
        return PutFields(
            room, at, head.Headers, isBodiless ? BodyFraming.None : head.Framing,
            isBodiless ? -1 : head.ContentLength, options);
    }

    internal static int PutStatusLine(Span<byte> room, int status, ReadOnlySpan<byte> reason, HttpVersion version)
    {
        int at = Put(room, 0, version == HttpVersion.Http10 ? "HTTP/1.0 "u8 : "HTTP/1.1 "u8);
        room[at + 3] = (byte)' ';
        room[at + 2] = (byte)('0' + (status % 10));
        room[at + 1] = (byte)('0' + (status / 10 % 10));
        room[at] = (byte)('0' + (status / 100));
        at = Put(room, at + 4, reason);
        return Put(room, at, "\r\n"u8);
    }

    internal static int PutLine(Span<byte> room, int at, ReadOnlySpan<byte> bytes, in HeaderField field)
    {
        at = Put(room, at, bytes.Slice(field.NameStart, field.NameLength));
        at = Put(room, at, ": "u8);
        at = Put(room, at, bytes.Slice(field.ValueStart, field.ValueLength));
        return Put(room, at, "\r\n"u8);
    }

    /// <summary>
    /// Copies to a place and returns the one behind it. Measured 3 to 5 ns a head quicker than a writer object that is
    /// passed by reference.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Put(Span<byte> room, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(room[at..]);
        return at + bytes.Length;
    }

    internal static int PutContentLength(Span<byte> room, int at, long contentLength)
    {
        at = Put(room, at, "Content-Length: "u8);
        Check.That(Utf8Formatter.TryFormat(contentLength, room[at..], out int digits));
        return Put(room, at + digits, "\r\n"u8);
    }

    private static int PutTarget(Span<byte> room, int at, RequestHead head)
    {
        ReadOnlySpan<byte> path = head.Path;
        if (path.IsEmpty)
        {
            path = head.KnownMethod == KnownMethod.Connect ? head.Authority : "/"u8;
        }
        at = Put(room, at, path);
        if (head.HasQuery)
        {
            room[at++] = (byte)'?';
            at = Put(room, at, head.Query);
        }
        return at;
    }

    private static int PutFields(
        Span<byte> room, int at, HeaderBlock headers, BodyFraming framing, long contentLength,
        Http1WriteOptions options)
    {
        at = PutKeptLines(room, at, headers, contentLength, options.Upgrade, out bool hasLength);
        if (framing == BodyFraming.Chunked)
        {
            at = Put(room, at, "Transfer-Encoding: chunked\r\n"u8);
        }
        else if (contentLength >= 0 && !hasLength)
        {
            at = PutContentLength(room, at, contentLength);
        }
        if (options.Close || options.KeepAliveToken || options.Upgrade || headers.Contains(KnownHeader.Te))
        {
            at = PutConnection(room, at, headers, options);
        }
        return Put(room, at, "\r\n"u8);
    }

    /// <summary>Copies all lines but those that are written anew.</summary>
    /// <param name="hasLength">Among them was a Content-Length that says just what it must.</param>
    private static int PutKeptLines(
        Span<byte> room, int at, HeaderBlock headers, long contentLength, bool keepsUpgrade, out bool hasLength)
    {
        ReadOnlySpan<byte> bytes = headers.Bytes;
        ulong skipMask = NeverCopiedMask | (keepsUpgrade ? 0 : 1UL << (int)KnownHeader.Upgrade);
        hasLength = false;
        int runStart = 0;
        int runEnd = 0;
        foreach (ref readonly HeaderField field in headers.Fields)
        {
            if ((skipMask & HeaderBlock.Bit(field.Known)) != 0)
            {
                if (hasLength || !SaysLength(bytes, field, contentLength))
                {
                    continue;
                }
                hasLength = true;
            }
            if (field.IsWholeLine && field.NameStart == runEnd)
            {
                runEnd = field.LineEnd;
                continue;
            }
            at = Put(room, at, bytes[runStart..runEnd]);
            runStart = field.IsWholeLine ? field.NameStart : 0;
            runEnd = field.IsWholeLine ? field.LineEnd : 0;
            if (!field.IsWholeLine)
            {
                at = PutLine(room, at, bytes, field);
            }
        }
        return Put(room, at, bytes[runStart..runEnd]);
    }

    private static bool SaysLength(ReadOnlySpan<byte> bytes, in HeaderField field, long contentLength) =>
        field.Known == KnownHeader.ContentLength
        && Http1Framing.TryReadLength(bytes.Slice(field.ValueStart, field.ValueLength), out long length)
        && length == contentLength;

    private static int PutConnection(Span<byte> room, int at, HeaderBlock headers, Http1WriteOptions options)
    {
        int start = at;
        at = Put(room, at, "Connection: "u8);
        int first = at;
        if (options.Close || options.KeepAliveToken)
        {
            at = Put(room, at, options.Close ? "close"u8 : "keep-alive"u8);
        }
        if (options.Upgrade && headers.Contains(KnownHeader.Upgrade))
        {
            at = Put(room, at, at == first ? "upgrade"u8 : ", upgrade"u8);
        }
        if (headers.Contains(KnownHeader.Te))
        {
            // RFC 9110 section 10.1.4: TE is for this hop, and must be named as such.
            at = Put(room, at, at == first ? "te"u8 : ", te"u8);
        }
        return at == first ? start : Put(room, at, "\r\n"u8);
    }
}
