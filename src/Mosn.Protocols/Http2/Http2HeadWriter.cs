using System.Buffers.Text;
using System.Text;
using Mosn.Protocols.Http1;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Makes field blocks of heads, whatever protocol these came in (RFC 9113 section 8). Names go out in lower case, the
/// control data first, the length of a body from what the head says, once. What concerns one connection of HTTP/1 is
/// left out.
/// </summary>
public static class Http2HeadWriter
{
    /// <summary>Bytes that a field may take beyond those of its line.</summary>
    private const int FieldBytesMore = (3 * HpackInteger.BytesMax) - HpackField.LineBytesMore;

    /// <summary>Changes of the table's size, and fields of our own that are not in the block of fields.</summary>
    private const int FixedBytesMax = HpackEncoder.BeginBytesMax + (FixedFieldCount * 2 * HpackInteger.BytesMax) + 64;
    private const int FixedFieldCount = 6;

    /// <summary>What a field counts for in a list beside its name and its value.</summary>
    private const int ListFieldBytesMore = 32;

    /// <summary>Written from what the head says, or not at all (RFC 9113 section 8.2.2).</summary>
    private const ulong LeftOutMask =
        (1UL << (int)KnownHeader.Host) | (1UL << (int)KnownHeader.ContentLength)
        | (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection) | (1UL << (int)KnownHeader.TransferEncoding)
        | (1UL << (int)KnownHeader.Upgrade) | (1UL << (int)KnownHeader.Te);

    /// <returns>Bytes that suffice for the block of the head.</returns>
    public static int MaxLength(RequestHead head) => MaxLength(head.Headers) + head.LineBytesMax;

    /// <returns>Bytes that suffice for the block of the head.</returns>
    public static int MaxLength(ResponseHead head) => MaxLength(head.Headers);

    /// <returns>Bytes that suffice for the block of the trailers.</returns>
    public static int MaxLength(HeaderBlock trailers) =>
        trailers.WireBytesMax + (FieldBytesMore * trailers.Count) + FixedBytesMax;

    /// <summary>
    /// Whether a head is as small as a peer wants it (RFC 9113 section 6.5.2: names, values, and 32 bytes a field). Looks at the
    /// fields one by one only if they may well be more.
    /// </summary>
    /// <param name="listBytesMax">The peer's <c>SETTINGS_MAX_HEADER_LIST_SIZE</c>; the largest number: it set none.</param>
    public static bool Fits(RequestHead head, uint listBytesMax) =>
        listBytesMax == uint.MaxValue
        || MaxLength(head) + MoreInList(head.Headers) <= listBytesMax
        || ListBytes(head) <= listBytesMax;

    /// <inheritdoc cref="Fits(RequestHead, uint)"/>
    public static bool Fits(ResponseHead head, uint listBytesMax) =>
        listBytesMax == uint.MaxValue
        || MaxLength(head) + MoreInList(head.Headers) <= listBytesMax
        || ListBytes(":status"u8.Length, 3) + ListBytes(head.Headers, head.ContentLength) <= listBytesMax;

    /// <inheritdoc cref="Fits(RequestHead, uint)"/>
    public static bool Fits(HeaderBlock trailers, uint listBytesMax) =>
        listBytesMax == uint.MaxValue
        || MaxLength(trailers) + MoreInList(trailers) <= listBytesMax
        || ListBytes(trailers, contentLength: -1) <= listBytesMax;

    /// <param name="defaultScheme">
    /// For a request that does not say one: <c>http</c> or <c>https</c>, as the connection is that it came over.
    /// </param>
    /// <param name="room">At least as many bytes as <see cref="MaxLength(RequestHead)"/> says.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteRequest(
        HpackEncoder encoder, RequestHead head, ReadOnlySpan<byte> defaultScheme, Span<byte> room)
    {
        int at = encoder.Begin(room);
        at = PutMethod(encoder, room, at, head);
        bool isExtended = !head.Protocol.IsEmpty;
        bool hasTarget = isExtended || head.KnownMethod != KnownMethod.Connect;
        if (hasTarget)
        {
            at = PutScheme(encoder, room, at, head.Scheme.IsEmpty ? defaultScheme : head.Scheme);
        }
        at = PutAuthority(encoder, room, at, head.Headers);
        if (hasTarget)
        {
            at = PutPath(encoder, room, at, head);
        }
        if (isExtended)
        {
            at = encoder.Put(room, at, KnownHeader.None, ":protocol"u8, head.Protocol, isNeverIndexed: false);
        }
        at = PutFields(encoder, room, at, head.Headers, leavesOutKey: isExtended);
        return head.ContentLength >= 0 ? PutContentLength(encoder, room, at, head.ContentLength) : at;
    }

    /// <param name="head">Not a 101, which HTTP/2 does not have.</param>
    /// <param name="room">At least <see cref="MaxLength(ResponseHead)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteResponse(HpackEncoder encoder, ResponseHead head, Span<byte> room)
    {
        Check.That(head.Status is >= 100 and <= 599 and not 101);
        int at = encoder.Begin(room);
        at = PutStatus(encoder, room, at, head.Status);
        at = PutFields(encoder, room, at, head.Headers);

        // RFC 9110 section 8.6: these have no length, not even that of nothing.
        bool isBodiless = head.Status is < 200 or 204;
        return head.ContentLength >= 0 && !isBodiless ? PutContentLength(encoder, room, at, head.ContentLength) : at;
    }

    /// <param name="room">At least <see cref="MaxLength(HeaderBlock)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteTrailers(HpackEncoder encoder, HeaderBlock trailers, Span<byte> room) =>
        PutFields(encoder, room, encoder.Begin(room), trailers);

    private static int PutMethod(HpackEncoder encoder, Span<byte> room, int at, RequestHead head) =>
        head.KnownMethod switch
        {
            _ when !head.Protocol.IsEmpty => encoder.Put(
                room, at, HpackStaticTable.MethodGet, "CONNECT"u8, HpackIndexing.Always), // RFC 8441 section 4.
            KnownMethod.Get => HpackEncoder.PutIndexed(room, at, HpackStaticTable.MethodGet),
            KnownMethod.Post => HpackEncoder.PutIndexed(room, at, HpackStaticTable.MethodPost),
            KnownMethod.Other => encoder.Put(room, at, HpackStaticTable.MethodGet, head.Method, HpackIndexing.Repeated),
            _ => encoder.Put(room, at, HpackStaticTable.MethodGet, head.Method, HpackIndexing.Always),
        };

    private static int PutScheme(HpackEncoder encoder, Span<byte> room, int at, ReadOnlySpan<byte> scheme) =>
        Ascii.EqualsIgnoreCase(scheme, "http"u8) ? HpackEncoder.PutIndexed(room, at, HpackStaticTable.SchemeHttp)
        : Ascii.EqualsIgnoreCase(scheme, "https"u8) ? HpackEncoder.PutIndexed(room, at, HpackStaticTable.SchemeHttps)
        : encoder.Put(room, at, HpackStaticTable.SchemeHttp, scheme, HpackIndexing.Repeated);

    private static int PutAuthority(HpackEncoder encoder, Span<byte> room, int at, HeaderBlock headers)
    {
        int host = headers.IndexOf(KnownHeader.Host);
        if (host < 0 || headers.Value(host).IsEmpty)
        {
            return at;
        }
        HpackIndexing indexing = headers.Fields[host].IsNeverIndexed ? HpackIndexing.Never : HpackIndexing.Always;
        return encoder.Put(room, at, HpackStaticTable.Authority, headers.Value(host), indexing);
    }

    private static int PutPath(HpackEncoder encoder, Span<byte> room, int at, RequestHead head)
    {
        if (!head.TryGetPathAndQuery(out ReadOnlySpan<byte> text))
        {
            text = encoder.Join(head.Path, "?"u8, head.Query);
        }
        if (text is [] or [(byte)'/'])
        {
            return HpackEncoder.PutIndexed(room, at, HpackStaticTable.Path);
        }

        // A query is often said only once, and may hold what must not be guessed.
        HpackIndexing indexing = head.IsTargetNeverIndexed ? HpackIndexing.Never
            : head.HasQuery ? HpackIndexing.Without
            : HpackIndexing.Repeated;
        return encoder.Put(room, at, HpackStaticTable.Path, text, indexing);
    }

    private static int PutStatus(HpackEncoder encoder, Span<byte> room, int at, int status)
    {
        int index = status switch { 200 => 8, 204 => 9, 206 => 10, 304 => 11, 400 => 12, 404 => 13, 500 => 14, _ => 0 };
        if (index != 0)
        {
            return HpackEncoder.PutIndexed(room, at, index);
        }
        ReadOnlySpan<byte> digits =
            [(byte)('0' + (status / 100)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10))];
        return encoder.Put(room, at, HpackStaticTable.Status, digits, HpackIndexing.Always);
    }

    private static int PutContentLength(HpackEncoder encoder, Span<byte> room, int at, long contentLength)
    {
        Span<byte> digits = stackalloc byte[20];
        Check.That(Utf8Formatter.TryFormat(contentLength, digits, out int length));
        return encoder.Put(room, at, HpackStaticTable.ContentLength, digits[..length], HpackIndexing.Without);
    }

    /// <summary>What fields count for in a list beyond what they may take in a block, ours that are not among them too.</summary>
    private static long MoreInList(HeaderBlock headers) => (long)ListFieldBytesMore * (headers.Count + FixedFieldCount);

    private static long ListBytes(RequestHead head)
    {
        long bytes = ListBytes(":method"u8.Length, head.Protocol.IsEmpty ? head.Method.Length : "CONNECT"u8.Length);
        if (!head.Protocol.IsEmpty || head.KnownMethod != KnownMethod.Connect)
        {
            bytes += ListBytes(":scheme"u8.Length, head.Scheme.IsEmpty ? "http"u8.Length : head.Scheme.Length);
            int query = head.HasQuery ? "?"u8.Length + head.Query.Length : 0;
            bytes += ListBytes(":path"u8.Length, Math.Max("/"u8.Length, head.Path.Length + query));
        }
        if (!head.Protocol.IsEmpty)
        {
            bytes += ListBytes(":protocol"u8.Length, head.Protocol.Length);
        }
        if (!head.Authority.IsEmpty)
        {
            bytes += ListBytes(":authority"u8.Length, head.Authority.Length);
        }
        return bytes + ListBytes(head.Headers, head.ContentLength);
    }

    /// <param name="contentLength">-1: none is said.</param>
    private static long ListBytes(HeaderBlock headers, long contentLength)
    {
        Span<byte> digits = stackalloc byte[20];
        long bytes = contentLength >= 0 && Utf8Formatter.TryFormat(contentLength, digits, out int length)
            ? ListBytes("content-length"u8.Length, length)
            : 0;
        foreach (ref readonly HeaderField field in headers.Fields)
        {
            if (IsSent(in field, headers.Bytes.Slice(field.ValueStart, field.ValueLength)))
            {
                bytes += ListBytes(field.NameLength, field.ValueLength);
            }
        }
        return bytes;
    }

    private static int ListBytes(int nameLength, int valueLength) => nameLength + valueLength + ListFieldBytesMore;

    private static bool IsSent(in HeaderField field, ReadOnlySpan<byte> value) =>
        (HeaderBlock.Bit(field.Known) & LeftOutMask) == 0
        || (field.Known == KnownHeader.Te && value.SequenceEqual("trailers"u8));

    /// <param name="leavesOutKey">WebSocket has a key in HTTP/1 only (RFC 8441 section 5).</param>
    private static int PutFields(
        HpackEncoder encoder, Span<byte> room, int at, HeaderBlock headers, bool leavesOutKey = false)
    {
        ReadOnlySpan<byte> bytes = headers.Bytes;
        foreach (ref readonly HeaderField field in headers.Fields)
        {
            ReadOnlySpan<byte> value = bytes.Slice(field.ValueStart, field.ValueLength);
            if (IsSent(in field, value))
            {
                ReadOnlySpan<byte> name = bytes.Slice(field.NameStart, field.NameLength);
                if (leavesOutKey && Ascii.EqualsIgnoreCase(name, WebSocketHandshake.KeyField))
                {
                    continue;
                }
                at = encoder.Put(room, at, field.Known, name, value, field.IsNeverIndexed);
            }
        }
        return at;
    }
}
