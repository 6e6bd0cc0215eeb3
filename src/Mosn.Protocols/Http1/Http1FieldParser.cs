using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Http1;

/// <summary>Reads what lies between a first line and the empty line, or trailers (RFC 9112 section 5).</summary>
internal static class Http1FieldParser
{
    /// <summary>Headers that may be there only once, since peers disagree on which of two counts.</summary>
    private const ulong UniqueMask =
        (1UL << (int)KnownHeader.Host) | (1UL << (int)KnownHeader.ContentLength)
        | (1UL << (int)KnownHeader.TransferEncoding);

    /// <summary>Reads a section into the block, which is complete only when the result is.</summary>
    /// <returns>The length includes the empty line.</returns>
    public static Http1ParseResult Parse(ReadOnlySpan<byte> section, int countMax, HeaderBlock block)
    {
        Span<HeaderField> fields = block.FieldRoom(0);
        ulong present = 0;
        int count = 0;
        int position = 0;
        while (true)
        {
            ReadOnlySpan<byte> line = section[position..];
            if (!line.IsEmpty && line[0] == (byte)'\r')
            {
                Http1ParseResult end = ParseEmptyLine(line);
                if (end.Status == DecodeStatus.Complete)
                {
                    block.Accept(section[..(position + end.Length)], count, present);
                    return Http1ParseResult.Complete(position + end.Length);
                }
                return end;
            }
            if (!Http1FieldScan.TryFind(line, out int nameLength, out int valueEnd))
            {
                (nameLength, valueEnd) = Http1FieldScan.FindRest(section, position);
            }
            if (nameLength < 0)
            {
                return Http1ParseResult.NeedMore;
            }
            if (nameLength == 0)
            {
                return Http1ParseResult.Malformed(NoNameError(line[0], count));
            }
            if (line[nameLength] != (byte)':' || nameLength > HeaderField.NameLengthMax)
            {
                return Http1ParseResult.Malformed(BadNameError(line[nameLength]));
            }

            if (valueEnd < 0 || (line[valueEnd] == (byte)'\r' && valueEnd + 1 == line.Length))
            {
                return Http1ParseResult.NeedMore;
            }
            if (line[valueEnd] != (byte)'\r' || line[valueEnd + 1] != (byte)'\n')
            {
                return Http1ParseResult.Malformed(ControlError(line[valueEnd]));
            }

            KnownHeader known = KnownHeaders.OfToken(line[..nameLength]);
            ulong bit = HeaderBlock.Bit(known);
            if ((present & bit & UniqueMask) != 0)
            {
                return Http1ParseResult.Malformed(DuplicateError(known));
            }
            present |= bit;
            if (count == countMax)
            {
                return Http1ParseResult.Malformed(Http1Error.TooManyHeaders);
            }
            if (count == fields.Length)
            {
                fields = block.FieldRoom(count);
            }
            SetField(ref fields[count++], position, nameLength, line[..valueEnd], known);
            position += valueEnd + 2;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetField(
        ref HeaderField field, int position, int nameLength, ReadOnlySpan<byte> line, KnownHeader known)
    {
        int start = nameLength + 1;
        if (line.Length - start >= 2 && line[start] == (byte)' ' && line[start + 1] > (byte)' ' && line[^1] > (byte)' ')
        {
            // As nearly everybody writes it.
            field = new HeaderField
            {
                NameStart = position,
                NameLength = (ushort)nameLength,
                Known = known,
                ValueStart = position + start + 1,
                ValueLength = line.Length - start - 1,
                IsWholeLine = true,
            };
            return;
        }
        SetTrimmedField(ref field, position, nameLength, line, known);
    }

    private static void SetTrimmedField(
        ref HeaderField field, int position, int nameLength, ReadOnlySpan<byte> line, KnownHeader known)
    {
        int first = nameLength + 1;
        int start = first;
        int end = line.Length;
        while (start < end && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }
        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }
        field = new HeaderField
        {
            NameStart = position,
            NameLength = (ushort)nameLength,
            Known = known,
            ValueStart = position + start,
            ValueLength = end - start,
            IsWholeLine = start == first + 1 && end == line.Length && line[first] == (byte)' ',
        };
    }

    /// <summary>A carriage return stands where a line begins: it is the empty line, or wrong.</summary>
    private static Http1ParseResult ParseEmptyLine(ReadOnlySpan<byte> line) =>
        line.Length == 1 ? Http1ParseResult.NeedMore
        : line[1] == (byte)'\n' ? Http1ParseResult.Complete(2)
        : Http1ParseResult.Malformed(Http1Error.BareCarriageReturn);

    private static Http1Error NoNameError(byte found, int count) =>
        found is (byte)' ' or (byte)'\t' && count > 0 ? Http1Error.ObsoleteFold : BadNameError(found);

    private static Http1Error BadNameError(byte found) =>
        found == (byte)'\n' ? Http1Error.BareLineFeed : Http1Error.BadHeaderName;

    private static Http1Error ControlError(byte found) => found switch
    {
        (byte)'\r' => Http1Error.BareCarriageReturn,
        (byte)'\n' => Http1Error.BareLineFeed,
        _ => Http1Error.ControlByte,
    };

    private static Http1Error DuplicateError(KnownHeader header) => header switch
    {
        KnownHeader.Host => Http1Error.DuplicateHost,
        KnownHeader.ContentLength => Http1Error.DuplicateContentLength,
        _ => Http1Error.DuplicateTransferEncoding,
    };
}
