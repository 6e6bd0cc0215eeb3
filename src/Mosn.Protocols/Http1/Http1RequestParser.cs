using System.Diagnostics;

namespace Mosn.Protocols.Http1;

/// <summary>
/// Reads request heads (RFC 9112), strictly: whatever two implementations could understand in two ways is refused.
/// Keeps no state, never throws, and allocates only when a head is larger than all that its object held before.
/// </summary>
public static class Http1RequestParser
{
    private const int MethodBytesMax = 32;

    /// <summary>Method, two spaces, version, line end.</summary>
    private const int LineBytesWithoutTargetMax = MethodBytesMax + 12;

    /// <summary>Reads the head at the start of <paramref name="input"/>, which may hold less or more.</summary>
    /// <param name="scanned">
    /// Bytes of the same input that an earlier call has answered with NeedMore; 0 at first. A head that trickles in
    /// is thus looked at once while it grows and parsed once at its end.
    /// </param>
    /// <param name="head">Overwritten. Means something only when the result is complete.</param>
    public static Http1ParseResult Parse(
        ReadOnlySpan<byte> input, int scanned, in Http1Limits limits, RequestHead head)
    {
        Debug.Assert(limits.HeadBytesMax > 0 && (uint)scanned <= (uint)input.Length);
        bool isCut = input.Length > limits.HeadBytesMax;
        if (isCut)
        {
            input = input[..limits.HeadBytesMax];
            scanned = Math.Min(scanned, input.Length);
        }
        if (scanned > 0)
        {
            Http1Error error = Http1HeadScan.FindEnd(input, scanned, out bool isWhole);
            if (error != Http1Error.None)
            {
                return Http1ParseResult.Malformed(error);
            }
            if (!isWhole)
            {
                return IsLineTooLong(input, limits) ? Http1ParseResult.Malformed(Http1Error.TargetTooLong)
                    : isCut ? Http1ParseResult.Malformed(Http1Error.HeadTooLarge)
                    : Http1ParseResult.NeedMore;
            }
        }
        Http1ParseResult result = ParseHead(input, limits, head);
        return isCut && result.Status == DecodeStatus.NeedMore
            ? Http1ParseResult.Malformed(Http1Error.HeadTooLarge)
            : result;
    }

    private static bool IsLineTooLong(ReadOnlySpan<byte> input, in Http1Limits limits)
    {
        int lineBytesMax = limits.TargetBytesMax + LineBytesWithoutTargetMax + 2;
        return input.Length > lineBytesMax && !input[2..lineBytesMax].Contains((byte)'\n');
    }

    private static Http1ParseResult ParseHead(ReadOnlySpan<byte> input, in Http1Limits limits, RequestHead head)
    {
        head.Clear();

        // RFC 9112 section 2.2: some clients end a body with one line end too many.
        int start = input is [(byte)'\r', (byte)'\n', ..] ? 2 : 0;
        if (start == 0 && input is [(byte)'\r'])
        {
            return Http1ParseResult.NeedMore;
        }
        Http1ParseResult line = ParseLine(input[start..], limits, head);
        if (line.Status != DecodeStatus.Complete)
        {
            return line;
        }
        int fieldsStart = start + line.Length;
        Http1ParseResult fields = Http1FieldParser.Parse(input[fieldsStart..], limits.HeaderCountMax, head.Headers);
        if (fields.Status != DecodeStatus.Complete)
        {
            return fields;
        }
        Http1Error error = Http1Target.Apply(head);
        if (error == Http1Error.None)
        {
            error = Http1Framing.Apply(head);
        }
        return error == Http1Error.None
            ? Http1ParseResult.Complete(fieldsStart + fields.Length)
            : Http1ParseResult.Malformed(error);
    }

    private static Http1ParseResult ParseLine(ReadOnlySpan<byte> input, in Http1Limits limits, RequestHead head)
    {
        int methodLength = MethodLength(input, out KnownMethod known);
        if (methodLength < 0)
        {
            return input.Length > MethodBytesMax ? Http1ParseResult.Malformed(Http1Error.BadMethod)
                : Http1ParseResult.NeedMore;
        }
        if (methodLength is 0 or > MethodBytesMax || input[methodLength] != (byte)' ')
        {
            return Http1ParseResult.Malformed(LineError(input[methodLength], Http1Error.BadMethod));
        }

        ReadOnlySpan<byte> rest = input[(methodLength + 1)..];
        int targetLength = rest.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E);
        if (targetLength > limits.TargetBytesMax || (targetLength < 0 && rest.Length > limits.TargetBytesMax))
        {
            return Http1ParseResult.Malformed(Http1Error.TargetTooLong);
        }
        if (targetLength < 0)
        {
            return Http1ParseResult.NeedMore;
        }
        if (targetLength == 0 || rest[targetLength] != (byte)' ')
        {
            return Http1ParseResult.Malformed(LineError(rest[targetLength], Http1Error.BadTarget));
        }

        ReadOnlySpan<byte> version = rest[(targetLength + 1)..];
        Http1Error error = Http1Version.Read(version, out HttpVersion read, out bool isWhole);
        if (error != Http1Error.None || !isWhole)
        {
            return error == Http1Error.None ? Http1ParseResult.NeedMore : Http1ParseResult.Malformed(error);
        }
        if (version.Length < Http1Version.Length + 2)
        {
            return version.Length > Http1Version.Length && version[Http1Version.Length] != (byte)'\r'
                ? Http1ParseResult.Malformed(LineError(version[Http1Version.Length], Http1Error.BadRequestLine))
                : Http1ParseResult.NeedMore;
        }
        if (version[Http1Version.Length] != (byte)'\r' || version[Http1Version.Length + 1] != (byte)'\n')
        {
            return Http1ParseResult.Malformed(LineError(version[Http1Version.Length], Http1Error.BadRequestLine));
        }

        int lineLength = methodLength + 1 + targetLength;
        head.Version = read;
        head.AcceptLine(
            input[..lineLength], known, new LineSlice(0, methodLength), new LineSlice(methodLength + 1, targetLength));
        return Http1ParseResult.Complete(lineLength + 1 + Http1Version.Length + 2);
    }

    /// <returns>Where the first byte is that no method has; -1: not among the bytes that are there.</returns>
    private static int MethodLength(ReadOnlySpan<byte> input, out KnownMethod known)
    {
        if (input.StartsWith("GET "u8))
        {
            known = KnownMethod.Get;
            return 3;
        }
        if (input.StartsWith("POST "u8))
        {
            known = KnownMethod.Post;
            return 4;
        }
        int length = input.IndexOfAnyExcept(HttpSyntax.TokenBytes);
        known = length > 0 ? KnownMethods.Of(input[..length]) : KnownMethod.Other;
        return length;
    }

    private static Http1Error LineError(byte found, Http1Error otherwise) => found switch
    {
        (byte)'\n' => Http1Error.BareLineFeed,
        (byte)'\r' => Http1Error.BadRequestLine,
        _ => otherwise,
    };
}
