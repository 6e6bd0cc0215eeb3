using System.Text;
using Mosn.Protocols;

namespace Mosn.Proxy.Filters;

/// <summary>A content coding (RFC 9110 section 8.4.1, RFC 8878 for zstd).</summary>
internal enum ContentCoding : byte
{
    /// <summary>The body as it is, or a coding that is not known.</summary>
    None,
    Gzip,
    Brotli,
    Zstd,
}

/// <summary>Content codings and their names.</summary>
internal static class ContentCodings
{
    /// <summary>None for all other names.</summary>
    public static ContentCoding Of(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "gzip"u8) || Ascii.EqualsIgnoreCase(name, "x-gzip"u8))
        {
            return ContentCoding.Gzip;
        }
        return Ascii.EqualsIgnoreCase(name, "br"u8) ? ContentCoding.Brotli
            : Ascii.EqualsIgnoreCase(name, "zstd"u8) ? ContentCoding.Zstd
            : ContentCoding.None;
    }

    /// <summary>The one coding of a body; None if there is none, an unknown one, or several one over the other.</summary>
    public static ContentCoding Of(HeaderBlock headers)
    {
        int index = headers.IndexOf(KnownHeader.ContentEncoding);
        return index < 0 || headers.IndexOf(KnownHeader.ContentEncoding, index + 1) >= 0
            ? ContentCoding.None
            : Of(headers.Value(index));
    }

    public static ReadOnlySpan<byte> NameOf(ContentCoding coding) => coding switch
    {
        ContentCoding.Gzip => "gzip"u8,
        ContentCoding.Brotli => "br"u8,
        ContentCoding.Zstd => "zstd"u8,
        _ => "identity"u8,
    };

    /// <param name="names">Of the configuration, whose check has refused unknown ones.</param>
    public static ContentCoding[] Compile(IReadOnlyList<string> names) =>
        [.. names.Select(static name => Of(Encoding.UTF8.GetBytes(name))).Distinct()];

    /// <summary>
    /// An entity tag names the bytes of one form of a body. Of a body in another coding it can only be a weak one (RFC
    /// 9110 section 8.8.1).
    /// </summary>
    public static void WeakenTag(HeaderBlock headers)
    {
        const int LengthMax = 256;
        if (!headers.TryGet(KnownHeader.ETag, out ReadOnlySpan<byte> tag) || tag.StartsWith("W/"u8))
        {
            return;
        }
        if (tag.Length > LengthMax)
        {
            headers.Remove(KnownHeader.ETag);
            return;
        }
        Span<byte> weak = stackalloc byte[LengthMax + 2];
        "W/"u8.CopyTo(weak);
        tag.CopyTo(weak[2..]);
        headers.Set(KnownHeader.ETag, weak[..(tag.Length + 2)]);
    }

    /// <summary>Whether whoever made the message forbids to change its coding (RFC 9111 section 5.2).</summary>
    public static bool ForbidsTransform(HeaderBlock headers)
    {
        int index = headers.IndexOf(KnownHeader.CacheControl);
        for (; index >= 0; index = headers.IndexOf(KnownHeader.CacheControl, index + 1))
        {
            foreach (Range range in headers.Value(index).Split((byte)','))
            {
                if (Ascii.EqualsIgnoreCase(headers.Value(index)[range].Trim(" \t"u8), "no-transform"u8))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
