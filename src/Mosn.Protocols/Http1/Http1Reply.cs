namespace Mosn.Protocols.Http1;

/// <summary>Writes whole responses that the proxy makes itself, without a head object.</summary>
public static class Http1Reply
{
    private const int FixedBytesMax = 192;

    /// <returns>Bytes that certainly suffice for <see cref="Write"/>.</returns>
    public static int MaxLength(ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body) =>
        FixedBytesMax + contentType.Length + body.Length;

    /// <param name="status">200 to 599, not 204 or 304.</param>
    /// <param name="contentType">Empty: no such field.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(
        int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> body, Http1WriteOptions options,
        Span<byte> room)
    {
        Check.That(status is >= 200 and <= 599 and not 204 and not 304);
        Check.That(HttpSyntax.IsFieldValue(contentType));
        ByteWriter writer = new(room);
        writer.Write(options.Version == HttpVersion.Http10 ? "HTTP/1.0 "u8 : "HTTP/1.1 "u8);
        writer.WriteDecimal(status);
        writer.WriteByte((byte)' ');
        writer.Write(HttpReasons.Of(status));
        if (!contentType.IsEmpty)
        {
            writer.Write("\r\nContent-Type: "u8);
            writer.Write(contentType);
        }
        writer.Write("\r\nContent-Length: "u8);
        writer.WriteDecimal(body.Length);
        if (options.Close || options.KeepAliveToken)
        {
            writer.Write(options.Close ? "\r\nConnection: close"u8 : "\r\nConnection: keep-alive"u8);
        }
        writer.Write("\r\n\r\n"u8);
        writer.Write(body);
        return writer.Length;
    }
}
