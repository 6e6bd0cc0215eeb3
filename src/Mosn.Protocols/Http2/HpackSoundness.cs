using System.Buffers;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Which fields may stand in a message of HTTP/2, as far as one field alone can tell (RFC 9113 sections 8.2 and 8.3).
/// </summary>
internal static class HpackSoundness
{
    /// <summary>Of a method, and of the name of a protocol.</summary>
    public const int TokenBytesMax = 32;

    /// <summary>What concerns one connection, which HTTP/2 says by frames (RFC 9113 section 8.2.2).</summary>
    private const ulong ConnectionMask =
        (1UL << (int)KnownHeader.Connection) | (1UL << (int)KnownHeader.KeepAlive)
        | (1UL << (int)KnownHeader.ProxyConnection) | (1UL << (int)KnownHeader.TransferEncoding)
        | (1UL << (int)KnownHeader.Upgrade);

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>A lower-case token that fits into a head.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= HeaderField.NameLengthMax && !name.ContainsAnyExcept(NameBytes);

    public static HpackFieldMarks Of(
        HpackFieldKind kind, KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        OfValue(kind == HpackFieldKind.Regular ? IsName(name) : kind != HpackFieldKind.Unknown, kind, known, value);

    /// <param name="isName">The name is sound.</param>
    public static HpackFieldMarks OfValue(bool isName, HpackFieldKind kind, KnownHeader known, ReadOnlySpan<byte> value)
    {
        if (!isName)
        {
            return HpackFieldMarks.None;
        }
        bool isValue = kind == HpackFieldKind.Regular ? IsRegular(known, value) : IsPseudo(kind, value);
        return HpackFieldMarks.SoundName | (isValue ? HpackFieldMarks.Sound : HpackFieldMarks.None);
    }

    private static bool IsRegular(KnownHeader known, ReadOnlySpan<byte> value) =>
        (HeaderBlock.Bit(known) & ConnectionMask) == 0
        && (known != KnownHeader.Te || value.SequenceEqual("trailers"u8))
        && (value.IsEmpty || (value[0] is not ((byte)' ' or (byte)'\t') && value[^1] is not ((byte)' ' or (byte)'\t')))
        && HttpSyntax.IsFieldValue(value);

    private static bool IsPseudo(HpackFieldKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        HpackFieldKind.Method => value.Length <= TokenBytesMax && HttpSyntax.IsToken(value),
        HpackFieldKind.Scheme => value.SequenceEqual("https"u8) || value.SequenceEqual("http"u8),
        HpackFieldKind.Authority => HttpSyntax.IsAuthority(value),
        HpackFieldKind.Path => (value is [(byte)'/', ..] && HttpSyntax.IsQuery(value)) || value.SequenceEqual("*"u8),
        HpackFieldKind.Protocol => value.Length <= TokenBytesMax && HttpSyntax.IsToken(value),
        HpackFieldKind.Status => value is [>= (byte)'1' and <= (byte)'5', _, _]
            && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9'),
        _ => false,
    };
}
