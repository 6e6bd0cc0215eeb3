namespace Mosn.Protocols.Http1;

/// <summary>
/// Writes heads (RFC 9112). Fields go out in their order and spelling, runs of neighbouring lines by one copy;
/// <c>Connection</c> and the framing field are written from what the options and the head say, once, whatever the
/// block holds of them.
/// </summary>
public static class Http1HeadWriter
{
    /// <summary>First line's fixed parts, the longest framing and connection fields, an empty Host, the empty line.</summary>
    private const int FixedBytesMax = 192;

    private const ulong FramingMask =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.TransferEncoding);

    private const ulong NeverCopiedMask =
        FramingMask | (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection);

    /// <summary>The whole interim response that lets a client send its body.</summary>
    public static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    /// <returns>Bytes that certainly suffice for <see cref="Write(RequestHead, Http1WriteOptions, Span{byte})"/>.</returns>
    public static int MaxLength(RequestHead head) =>
        head.LineBytesMax + head.Headers.WireBytesMax + FixedBytesMax
        + (head.KnownMethod == KnownMethod.Connect ? head.Authority.Length : 0);

    /// <returns>Bytes that certainly suffice for <see cref="Write(ResponseHead, Http1WriteOptions, Span{byte})"/>.</returns>
    public static int MaxLength(ResponseHead head) => head.LineBytesMax + head.Headers.WireBytesMax + FixedBytesMax;

    /// <summary>Writes the head with its target in origin form, or as the method demands it.</summary>
    /// <param name="room">At least <see cref="MaxLength(RequestHead)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(RequestHead head, Http1WriteOptions options, Span<byte> room)
    {
        ByteWriter writer = new(room);
        writer.Write(head.Method);
        writer.WriteByte((byte)' ');
        WriteTarget(ref writer, head);
        writer.WriteByte((byte)' ');
        writer.Write(VersionText(options.Version));
        writer.Write("\r\n"u8);
        if (options.Version == HttpVersion.Http11 && !head.Headers.Contains(KnownHeader.Host))
        {
            // RFC 9112 section 3.2: without an authority there is still an empty Host.
            writer.Write("Host: \r\n"u8);
        }
        Check.That(head.Framing != BodyFraming.Chunked || options.Version != HttpVersion.Http10);
        WriteFields(ref writer, head.Headers, head.Framing, head.ContentLength, options);
        return writer.Length;
    }

    /// <param name="room">At least <see cref="MaxLength(ResponseHead)"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(ResponseHead head, Http1WriteOptions options, Span<byte> room)
    {
        Check.That(head.Status is >= 100 and <= 599);
        Check.That(head.Framing != BodyFraming.Chunked || options.Version != HttpVersion.Http10);
        ByteWriter writer = new(room);
        writer.Write(VersionText(options.Version));
        writer.WriteByte((byte)' ');
        writer.WriteDecimal(head.Status);
        writer.WriteByte((byte)' ');
        writer.Write(head.Reason);
        writer.Write("\r\n"u8);

        bool isBodiless = head.Status is < 200 or 204;
        Check.That(!isBodiless || !head.HasBody);
        bool endsWithConnection = head.Framing == BodyFraming.UntilClose;
        WriteFields(
            ref writer, head.Headers,
            isBodiless ? BodyFraming.None : head.Framing,
            isBodiless ? -1 : head.ContentLength,
            endsWithConnection ? options with { Close = true } : options);
        return writer.Length;
    }

    private static void WriteTarget(ref ByteWriter writer, RequestHead head)
    {
        if (head.Path.IsEmpty)
        {
            writer.Write(head.KnownMethod == KnownMethod.Connect ? head.Authority : "/"u8);
        }
        writer.Write(head.Path);
        if (head.HasQuery)
        {
            writer.WriteByte((byte)'?');
            writer.Write(head.Query);
        }
    }

    private static void WriteFields(
        ref ByteWriter writer, HeaderBlock headers, BodyFraming framing, long contentLength, Http1WriteOptions options)
    {
        bool hasLength = WriteKeptLines(ref writer, headers, contentLength, options.Upgrade);
        if (framing == BodyFraming.Chunked)
        {
            writer.Write("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (contentLength >= 0 && !hasLength)
        {
            writer.Write("Content-Length: "u8);
            writer.WriteDecimal(contentLength);
            writer.Write("\r\n"u8);
        }
        WriteConnection(ref writer, headers, options);
        writer.Write("\r\n"u8);
    }

    /// <summary>Copies all lines but those that are written anew.</summary>
    /// <returns>Among them was a Content-Length that says just what it must.</returns>
    private static bool WriteKeptLines(
        ref ByteWriter writer, HeaderBlock headers, long contentLength, bool keepsUpgrade)
    {
        ReadOnlySpan<byte> bytes = headers.Bytes;
        ulong skipMask = NeverCopiedMask | (keepsUpgrade ? 0 : 1UL << (int)KnownHeader.Upgrade);
        bool hasLength = false;
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
            writer.Write(bytes[runStart..runEnd]);
            runStart = field.IsWholeLine ? field.NameStart : 0;
            runEnd = field.IsWholeLine ? field.LineEnd : 0;
            if (!field.IsWholeLine)
            {
                WriteLine(ref writer, bytes, field);
            }
        }
        writer.Write(bytes[runStart..runEnd]);
        return hasLength;
    }

    private static bool SaysLength(ReadOnlySpan<byte> bytes, in HeaderField field, long contentLength) =>
        field.Known == KnownHeader.ContentLength
        && Http1Framing.TryReadLength(bytes.Slice(field.ValueStart, field.ValueLength), out long length)
        && length == contentLength;

    internal static void WriteLine(ref ByteWriter writer, ReadOnlySpan<byte> bytes, in HeaderField field)
    {
        writer.Write(bytes.Slice(field.NameStart, field.NameLength));
        writer.Write(": "u8);
        writer.Write(bytes.Slice(field.ValueStart, field.ValueLength));
        writer.Write("\r\n"u8);
    }

    private static void WriteConnection(ref ByteWriter writer, HeaderBlock headers, Http1WriteOptions options)
    {
        bool hasTe = headers.Contains(KnownHeader.Te);
        bool hasUpgrade = options.Upgrade && headers.Contains(KnownHeader.Upgrade);
        if (!options.Close && !options.KeepAliveToken && !hasTe && !hasUpgrade)
        {
            return;
        }
        writer.Write("Connection: "u8);
        bool isFirst = true;
        if (options.Close || options.KeepAliveToken)
        {
            WriteOption(ref writer, options.Close ? "close"u8 : "keep-alive"u8, ref isFirst);
        }
        if (hasUpgrade)
        {
            WriteOption(ref writer, "upgrade"u8, ref isFirst);
        }
        if (hasTe)
        {
            // RFC 9110 section 10.1.4: TE is for this hop, and must be named as such.
            WriteOption(ref writer, "te"u8, ref isFirst);
        }
        writer.Write("\r\n"u8);
    }

    private static void WriteOption(ref ByteWriter writer, ReadOnlySpan<byte> option, ref bool isFirst)
    {
        writer.Write(isFirst ? default : ", "u8);
        writer.Write(option);
        isFirst = false;
    }

    private static ReadOnlySpan<byte> VersionText(HttpVersion version) =>
        version == HttpVersion.Http10 ? "HTTP/1.0"u8 : "HTTP/1.1"u8;
}
