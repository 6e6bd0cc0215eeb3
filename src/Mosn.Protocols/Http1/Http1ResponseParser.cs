using System.Diagnostics;

namespace Mosn.Protocols.Http1;

/// <summary>
/// Reads response heads (RFC 9112), as strictly as requests. Keeps no state, never throws, and allocates only when a
/// head is larger than all that its object held before.
/// </summary>
public static class Http1ResponseParser
{
    /// <summary>Version, space, status.</summary>
    private const int LineBytesMin = Http1Version.Length + 4;

    /// <summary>
    /// Reads the head at the start of <paramref name="input"/>, which may hold less or more. An interim one (1xx but
    /// 101) is a head like any other: read again behind it.
    /// </summary>
    /// <param name="scanned">
    /// Bytes of the same input that an earlier call has answered with NeedMore; 0 at first.
    /// </param>
    /// <param name="method">Of the request that was really sent upstream.</param>
    /// <param name="head">Overwritten. Means something only when the result is complete.</param>
    public static Http1ParseResult Parse(
        ReadOnlySpan<byte> input, int scanned, in Http1Limits limits, RequestMethodHint method, ResponseHead head)
    {
        Debug.Assert(limits.HeadBytesMax > 0 && (uint)scanned <= (uint)input.Length);
        bool isCut = input.Length > limits.HeadBytesMax;
        if (isCut)
        {
            input = input[..limits.HeadBytesMax];
            scanned = Math.Min(scanned, input.Length);
        }
        Http1ParseResult result = Http1ParseResult.NeedMore;
        bool isWhole = true;
        if (scanned > 0)
        {
            Http1Error error = Http1HeadScan.FindEnd(input, scanned, out isWhole);
            if (error != Http1Error.None)
            {
                return Http1ParseResult.Malformed(error);
            }
        }
        if (isWhole)
        {
            result = ParseHead(input, limits, method, head);
        }
        return isCut && result.Status == DecodeStatus.NeedMore
            ? Http1ParseResult.Malformed(Http1Error.HeadTooLarge)
            : result;
    }

    private static Http1ParseResult ParseHead(
        ReadOnlySpan<byte> input, in Http1Limits limits, RequestMethodHint method, ResponseHead head)
    {
        head.Clear();
        Http1ParseResult line = ParseLine(input, head);
        if (line.Status != DecodeStatus.Complete)
        {
            return line;
        }
        Http1ParseResult fields = Http1FieldParser.Parse(input[line.Length..], limits.HeaderCountMax, head.Headers);
        if (fields.Status != DecodeStatus.Complete)
        {
            return fields;
        }
        Http1Error error = Http1Framing.Apply(head, method);
        return error == Http1Error.None
            ? Http1ParseResult.Complete(line.Length + fields.Length)
            : Http1ParseResult.Malformed(error);
    }

    private static Http1ParseResult ParseLine(ReadOnlySpan<byte> input, ResponseHead head)
    {
        Http1Error error = Http1Version.Read(input, out HttpVersion version, out bool isWhole);
        if (error != Http1Error.None)
        {
            return Http1ParseResult.Malformed(error == Http1Error.BadVersion ? error : Http1Error.BadStatusLine);
        }
        if (!isWhole || input.Length < LineBytesMin)
        {
            return isWhole && input.Length > Http1Version.Length && !IsStatusStart(input[Http1Version.Length..])
                ? Http1ParseResult.Malformed(Http1Error.BadStatusLine)
                : Http1ParseResult.NeedMore;
        }
        ReadOnlySpan<byte> rest = input[Http1Version.Length..];
        if (!IsStatusStart(rest[..4]))
        {
            return Http1ParseResult.Malformed(Http1Error.BadStatusLine);
        }
        int status = ((rest[1] - '0') * 100) + ((rest[2] - '0') * 10) + (rest[3] - '0');

        // The space behind the status is compulsory, but several servers omit it together with the reason.
        int lineEnd = input[LineBytesMin..].IndexOfAny(HttpSyntax.ControlBytes);
        if (input.Length > LineBytesMin && lineEnd != 0 && input[LineBytesMin] != (byte)' ')
        {
            return Http1ParseResult.Malformed(Http1Error.BadStatusLine);
        }
        if (lineEnd < 0)
        {
            return Http1ParseResult.NeedMore;
        }
        lineEnd += LineBytesMin;
        if (input[lineEnd] != (byte)'\r')
        {
            return Http1ParseResult.Malformed(
                input[lineEnd] == (byte)'\n' ? Http1Error.BareLineFeed : Http1Error.ControlByte);
        }
        if (lineEnd + 1 == input.Length)
        {
            return Http1ParseResult.NeedMore;
        }
        if (input[lineEnd + 1] != (byte)'\n')
        {
            return Http1ParseResult.Malformed(Http1Error.BareCarriageReturn);
        }
        head.Version = version;
        head.AcceptLine(status, lineEnd == LineBytesMin ? default : input[(LineBytesMin + 1)..lineEnd]);
        return Http1ParseResult.Complete(lineEnd + 2);
    }

    /// <summary>A space and the digits of a status of 100 to 599, as far as the text goes.</summary>
    private static bool IsStatusStart(ReadOnlySpan<byte> text) =>
        text[0] == (byte)' '
        && (text.Length < 2 || text[1] is >= (byte)'1' and <= (byte)'5')
        && (text.Length < 3 || text[2] is >= (byte)'0' and <= (byte)'9')
        && (text.Length < 4 || text[3] is >= (byte)'0' and <= (byte)'9');
}
