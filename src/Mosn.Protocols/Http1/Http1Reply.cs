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
        int at = Http1HeadWriter.PutStatusLine(room, status, HttpReasons.Of(status), options.Version);
        if (!contentType.IsEmpty)
        {
            at = Http1HeadWriter.Put(room, at, "Content-Type: "u8);
            at = Http1HeadWriter.Put(room, at, contentType);
            at = Http1HeadWriter.Put(room, at, "\r\n"u8);
        }
        at = Http1HeadWriter.PutContentLength(room, at, body.Length);
        if (options.Close || options.KeepAliveToken)
        {
            at = Http1HeadWriter.Put(
                room, at, options.Close ? "Connection: close\r\n"u8 : "Connection: keep-alive\r\n"u8);
        }
        at = Http1HeadWriter.Put(room, at, "\r\n"u8);
        return Http1HeadWriter.Put(room, at, body);
    }
}
