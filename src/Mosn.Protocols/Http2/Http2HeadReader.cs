using System.Text;
using Mosn.Protocols.Http1;

namespace Mosn.Protocols.Http2;

/// <summary>
/// Makes heads of field blocks (RFC 9113 section 8), strictly: whatever two implementations could understand in two
/// ways is malformed. Never throws, and allocates only when a head is larger than all that its object held before.
/// </summary>
/// <remarks>
/// Each method reads one whole block, its fragments joined, and must be called for the blocks of a connection in the
/// order of their arrival. After any answer but <see cref="Http2HeadStatus.BadCompression"/> and
/// <see cref="Http2HeadStatus.Bomb"/> the decoder is ready for the next block.
/// </remarks>
public static class Http2HeadReader
{
    private const int RequestPseudo =
        (1 << (int)HpackFieldKind.Method) | (1 << (int)HpackFieldKind.Scheme) | (1 << (int)HpackFieldKind.Authority)
        | (1 << (int)HpackFieldKind.Path) | (1 << (int)HpackFieldKind.Protocol);

    private const int ResponsePseudo = 1 << (int)HpackFieldKind.Status;

    /// <summary>Concerns one connection, and is allowed in requests only (RFC 9113 section 8.2.2).</summary>
    private const ulong ResponseForbidden = 1UL << (int)KnownHeader.Te;

    /// <param name="endStream">No body and no trailers follow.</param>
    /// <param name="head">
    /// Overwritten; whole only when the answer is complete. The authority becomes its Host, the parts of a cookie are
    /// joined. The framing is Length where the length is known, None where nothing follows or a tunnel does, else
    /// Chunked.
    /// </param>
    public static Http2HeadStatus ReadRequest(
        HpackDecoder decoder, ReadOnlySpan<byte> block, in Http2HeadLimits limits, bool endStream, RequestHead head)
    {
        head.Clear();
        head.Version = HttpVersion.Http2;
        head.KeepAlive = true;
        int allowed = limits.AllowsProtocol ? RequestPseudo : RequestPseudo & ~(1 << (int)HpackFieldKind.Protocol);
        Http2FieldReader reader = new(decoder, block, limits, head.Headers, allowed);
        HpackField field = default;
        while (reader.NextPseudo(ref field))
        {
            Apply(ref reader, in field, head);
        }
        return reader.Status != Http2HeadStatus.Complete ? reader.Status
            : !IsWhole(in reader, head) || !IsBodySound(head, endStream) ? Http2HeadStatus.Malformed
            : head.Target.Length > limits.TargetBytesMax ? Http2HeadStatus.TooLarge
            : Http2HeadStatus.Complete;
    }

    /// <param name="endStream">No body and no trailers follow.</param>
    /// <param name="method">Of the request that was really sent upstream.</param>
    /// <param name="head">
    /// Overwritten; whole only when the answer is complete. An interim one is a head like any other; there is no 101.
    /// </param>
    public static Http2HeadStatus ReadResponse(
        HpackDecoder decoder, ReadOnlySpan<byte> block, in Http2HeadLimits limits, bool endStream,
        RequestMethodHint method, ResponseHead head)
    {
        head.Clear();
        head.Version = HttpVersion.Http2;
        head.KeepAlive = true;
        Http2FieldReader reader = new(decoder, block, limits, head.Headers, ResponsePseudo, ResponseForbidden);
        HpackField field = default;
        while (reader.NextPseudo(ref field))
        {
            ReadOnlySpan<byte> digits = field.Value;
            head.AcceptLine(((digits[0] - '0') * 100) + ((digits[1] - '0') * 10) + (digits[2] - '0'), default);
        }
        return reader.Status != Http2HeadStatus.Complete ? reader.Status
            : IsWhole(head, endStream, method) ? Http2HeadStatus.Complete
            : Http2HeadStatus.Malformed;
    }

    /// <param name="trailers">Overwritten; whole only when the answer is complete.</param>
    public static Http2HeadStatus ReadTrailers(
        HpackDecoder decoder, ReadOnlySpan<byte> block, in Http2HeadLimits limits, HeaderBlock trailers)
    {
        trailers.Clear();
        Http2FieldReader reader = new(
            decoder, block, limits, trailers, pseudoAllowed: 0, forbidden: Http1Trailers.ForbiddenMask);
        HpackField field = default;
        reader.NextPseudo(ref field);
        return reader.Status;
    }

    /// <summary>Reads a block that nobody wants, for the sake of the decoder's table.</summary>
    /// <returns>Complete, BadCompression or Bomb.</returns>
    public static Http2HeadStatus Skip(HpackDecoder decoder, ReadOnlySpan<byte> block) =>
        Skip(decoder, block, Http2HeadLimits.Default);

    /// <inheritdoc cref="Skip(HpackDecoder, ReadOnlySpan{byte})"/>
    public static Http2HeadStatus Skip(HpackDecoder decoder, ReadOnlySpan<byte> block, in Http2HeadLimits limits)
    {
        HeaderBlock waste = decoder.Waste;
        Http2FieldReader reader = new(decoder, block, limits, waste, pseudoAllowed: 0);
        if (reader.Status == Http2HeadStatus.Complete)
        {
            reader.Fail(); // Nothing is kept from here on.
        }
        HpackField field = default;
        reader.NextPseudo(ref field);
        waste.Clear();
        return reader.Status == Http2HeadStatus.Malformed ? Http2HeadStatus.Complete : reader.Status;
    }

    private static void Apply(ref Http2FieldReader reader, scoped ref readonly HpackField field, RequestHead head)
    {
        switch (field.Kind)
        {
            case HpackFieldKind.Method:
                head.AcceptMethod(field.Value);
                break;
            case HpackFieldKind.Scheme:
                head.SetScheme(field.Value);
                break;
            case HpackFieldKind.Authority:
                reader.Append(in field);
                break;
            case HpackFieldKind.Path:
                head.AcceptOriginForm(field.Value);
                head.IsTargetNeverIndexed = field.IsNeverIndexed;
                break;
            default:
                // Names of protocols are the same whatever their case (RFC 9110 section 7.8).
                Span<byte> protocol = stackalloc byte[HpackSoundness.TokenBytesMax];
                Ascii.ToLower(field.Value, protocol, out int length);
                head.SetProtocol(protocol[..length]);
                break;
        }
    }

    /// <summary>The control data that the method demands is there, and no other (RFC 9113 section 8.3.1).</summary>
    private static bool IsWhole(scoped ref readonly Http2FieldReader reader, RequestHead head)
    {
        bool hasScheme = reader.HasPseudo(HpackFieldKind.Scheme);
        bool hasPath = reader.HasPseudo(HpackFieldKind.Path);
        bool hasAuthority = reader.HasPseudo(HpackFieldKind.Authority);
        if (!reader.HasPseudo(HpackFieldKind.Method))
        {
            return false;
        }
        if (head.KnownMethod == KnownMethod.Connect && !reader.HasPseudo(HpackFieldKind.Protocol))
        {
            // The port has no default here.
            return !hasScheme && !hasPath && hasAuthority && HasPort(head.Authority) && IsHostSound(in reader, head);
        }
        return hasScheme && hasPath
            && (head.Path[0] == (byte)'/' || head.KnownMethod == KnownMethod.Options)
            && (head.KnownMethod == KnownMethod.Connect) == reader.HasPseudo(HpackFieldKind.Protocol)
            && IsHostSound(in reader, head);
    }

    private static bool HasPort(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        return colon >= 0 && colon < authority.Length - 1 && authority[^1] != (byte)']';
    }

    /// <summary>The request says whom it is for, in one way, or twice the same.</summary>
    private static bool IsHostSound(scoped ref readonly Http2FieldReader reader, RequestHead head)
    {
        HeaderBlock headers = head.Headers;
        if (!reader.HasSecondHost)
        {
            return reader.HasPseudo(HpackFieldKind.Authority) || HttpSyntax.IsAuthority(head.Authority);
        }
        int second = headers.IndexOf(KnownHeader.Host, headers.IndexOf(KnownHeader.Host) + 1);
        bool isSame = Ascii.EqualsIgnoreCase(
            WithoutDefaultPort(head.Authority, head.Scheme), WithoutDefaultPort(headers.Value(second), head.Scheme));
        headers.RemoveAt(second);
        return isSame;
    }

    private static ReadOnlySpan<byte> WithoutDefaultPort(ReadOnlySpan<byte> authority, ReadOnlySpan<byte> scheme)
    {
        ReadOnlySpan<byte> port = scheme.Length == "https"u8.Length ? ":443"u8 : ":80"u8;
        return authority.EndsWith(port) && !scheme.IsEmpty ? authority[..^port.Length] : authority;
    }

    private static bool IsBodySound(RequestHead head, bool endStream)
    {
        HeaderBlock headers = head.Headers;
        if (!TryReadLength(headers, out long contentLength) || (endStream && contentLength > 0))
        {
            return false;
        }
        if (head.KnownMethod == KnownMethod.Connect)
        {
            // What follows is the tunnel, not a body (RFC 9113 section 8.5).
            return contentLength <= 0;
        }
        if (contentLength >= 0)
        {
            head.SetFraming(BodyFraming.Length, contentLength);
        }
        else if (!endStream)
        {
            head.SetFraming(BodyFraming.Chunked);
        }
        head.ExpectContinue = !endStream && headers.TryGet(KnownHeader.Expect, out ReadOnlySpan<byte> expectation)
            && Ascii.EqualsIgnoreCase(expectation, "100-continue"u8);
        return true;
    }

    private static bool IsWhole(ResponseHead head, bool endStream, RequestMethodHint method)
    {
        int status = head.Status;
        if (status is 0 or 101 || (status < 200 && endStream) || !TryReadLength(head.Headers, out long contentLength))
        {
            return false; // RFC 9113 sections 8.1 and 8.6.
        }
        bool isTunnel = method == RequestMethodHint.Connect && status is >= 200 and < 300;
        head.HasUpgrade = isTunnel;
        if (isTunnel || status is < 200 or 204)
        {
            // A declared length says nothing here (RFC 9110 section 8.6).
            return true;
        }
        if (method == RequestMethodHint.Head || status == 304)
        {
            head.SetFraming(BodyFraming.None, contentLength);
            return true;
        }
        if (endStream && contentLength > 0)
        {
            return false;
        }
        if (endStream || contentLength >= 0)
        {
            head.SetFraming(BodyFraming.Length, Math.Max(0, contentLength));
        }
        else
        {
            head.SetFraming(BodyFraming.Chunked);
        }
        return true;
    }

    /// <returns>False: there is a length, but it is none.</returns>
    private static bool TryReadLength(HeaderBlock headers, out long contentLength)
    {
        contentLength = -1;
        return !headers.TryGet(KnownHeader.ContentLength, out ReadOnlySpan<byte> text)
            || Http1Framing.TryReadLength(text, out contentLength);
    }
}
