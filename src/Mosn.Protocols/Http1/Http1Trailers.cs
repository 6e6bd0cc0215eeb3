namespace Mosn.Protocols.Http1;

/// <summary>
/// Which fields may stand behind a body. Not those that decide about framing, routing, the connection or who asks,
/// for which a recipient that merges trailers into the head would be fooled (RFC 9110 section 6.5.1).
/// </summary>
internal static class Http1Trailers
{
    public const ulong ForbiddenMask =
        (1UL << (int)KnownHeader.Host) | (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection) | (1UL << (int)KnownHeader.TransferEncoding)
        | (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.Te) | (1UL << (int)KnownHeader.Trailer)
        | (1UL << (int)KnownHeader.Upgrade) | (1UL << (int)KnownHeader.Expect)
        | (1UL << (int)KnownHeader.Authorization) | (1UL << (int)KnownHeader.ProxyAuthorization)
        | (1UL << (int)KnownHeader.Cookie) | (1UL << (int)KnownHeader.SetCookie)
        | (1UL << (int)KnownHeader.ContentEncoding) | (1UL << (int)KnownHeader.ContentType)
        | (1UL << (int)KnownHeader.ContentRange) | (1UL << (int)KnownHeader.Range)
        | (1UL << (int)KnownHeader.CacheControl) | (1UL << (int)KnownHeader.Location);

    public static Http1Error Validate(HeaderBlock trailers) =>
        trailers.ContainsAny(ForbiddenMask) ? Http1Error.ForbiddenTrailer : Http1Error.None;
}
