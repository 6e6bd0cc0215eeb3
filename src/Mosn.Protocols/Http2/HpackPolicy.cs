using System.Buffers;
using System.Text;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Which fields are worth a place in the table. The table of an upstream connection is shared by the requests of many
/// clients: what a client could guess, value by value, from the size of what is sent must not be in there (RFC 7541
/// section 7.1).
/// </summary>
internal static class HpackPolicy
{
    /// <summary>A cookie so short might be guessed.</summary>
    private const int ShortCookieBytesMax = 20;

    /// <summary>No name so long is looked at; it gets no place either.</summary>
    private const int SecretNameBytesMax = 64;

    private const ulong AlwaysMask =
        (1UL << (int)KnownHeader.Server) | (1UL << (int)KnownHeader.ContentType) | (1UL << (int)KnownHeader.Te)
        | (1UL << (int)KnownHeader.Trailer) | (1UL << (int)KnownHeader.AcceptEncoding)
        | (1UL << (int)KnownHeader.AcceptRanges) | (1UL << (int)KnownHeader.CacheControl)
        | (1UL << (int)KnownHeader.ContentEncoding) | (1UL << (int)KnownHeader.Expect)
        | (1UL << (int)KnownHeader.GrpcEncoding) | (1UL << (int)KnownHeader.GrpcStatus)
        | (1UL << (int)KnownHeader.Vary) | (1UL << (int)KnownHeader.Via) | (1UL << (int)KnownHeader.XForwardedProto);

    private const ulong WithoutMask =
        (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.ContentRange)
        | (1UL << (int)KnownHeader.Age) | (1UL << (int)KnownHeader.ETag) | (1UL << (int)KnownHeader.Expires)
        | (1UL << (int)KnownHeader.GrpcMessage) | (1UL << (int)KnownHeader.GrpcTimeout)
        | (1UL << (int)KnownHeader.IfModifiedSince) | (1UL << (int)KnownHeader.IfNoneMatch)
        | (1UL << (int)KnownHeader.LastModified) | (1UL << (int)KnownHeader.Location)
        | (1UL << (int)KnownHeader.Range) | (1UL << (int)KnownHeader.RetryAfter)
        | (1UL << (int)KnownHeader.XRequestId) | (1UL << (int)KnownHeader.XMosnGlobalTimeout)
        | (1UL << (int)KnownHeader.XMosnTryTimeout);

    private const ulong NeverMask =
        (1UL << (int)KnownHeader.Authorization) | (1UL << (int)KnownHeader.ProxyAuthorization)
        | (1UL << (int)KnownHeader.SetCookie);

    /// <summary>By <see cref="KnownHeader"/>.</summary>
    private static readonly HpackIndexing[] ByKnown = [.. Enumerable.Range(0, 64).Select(OfBit)];

    /// <summary>What a field is worth by its name, and by its length if it is a cookie.</summary>
    public static HpackIndexing Of(KnownHeader known, int valueLength) =>
        known == KnownHeader.Cookie && valueLength < ShortCookieBytesMax ? HpackIndexing.Never : ByKnown[(int)known];

    /// <summary>Whether a name that is no known header sounds like a secret's, e.g. <c>X-Api-Key</c>.</summary>
    public static bool SoundsSecret(ReadOnlySpan<byte> name)
    {
        Span<byte> lower = stackalloc byte[SecretNameBytesMax];
        return Ascii.ToLower(name, lower, out int length) != OperationStatus.Done || ContainsWord(lower[..length]);
    }

    private static bool ContainsWord(ReadOnlySpan<byte> name) =>
        name.IndexOf("auth"u8) >= 0 || name.IndexOf("token"u8) >= 0 || name.IndexOf("key"u8) >= 0
        || name.IndexOf("secret"u8) >= 0 || name.IndexOf("passw"u8) >= 0 || name.IndexOf("session"u8) >= 0
        || name.IndexOf("cookie"u8) >= 0 || name.IndexOf("credential"u8) >= 0 || name.IndexOf("csrf"u8) >= 0;

    private static HpackIndexing OfBit(int known) =>
        ((1UL << known) & AlwaysMask) != 0 ? HpackIndexing.Always
        : ((1UL << known) & WithoutMask) != 0 ? HpackIndexing.Without
        : ((1UL << known) & NeverMask) != 0 ? HpackIndexing.Never
        : HpackIndexing.Repeated;
}
