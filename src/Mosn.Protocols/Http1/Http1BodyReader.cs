namespace Mosn.Protocols.Http1;

/// <summary>
/// Steps through the body of one message (RFC 9112 sections 6 and 7) without copying or keeping it. Mutable: lives in
/// its owner's field, never in a copy. Every step either consumes something or asks for more, so a loop ends.
/// </summary>
public struct Http1BodyReader
{
    private enum Part : byte
    {
        End,
        FixedData,
        DataUntilClose,
        ChunkSize,
        ChunkSizeLineFeed,
        ChunkData,
        ChunkEnd,
        ChunkEndLineFeed,
        Trailers,
        Broken,
    }

    private Http1Limits _limits;
    private HeaderBlock? _trailers;
    private long _left;
    private int _digits;
    private int _scanned;
    private Part _part;

    /// <summary>Why the last step found the body malformed.</summary>
    public Http1Error Error { get; private set; }

    /// <summary>The whole body, with its trailers, was read.</summary>
    public readonly bool IsEnd => _part == Part.End;

    /// <summary>Of the body that has ended; null or empty when there were none. Valid until the next start.</summary>
    public readonly HeaderBlock? Trailers => _trailers;

    public void Start(BodyFraming framing, long contentLength) =>
        Start(framing, contentLength, Http1Limits.Default);

    /// <param name="contentLength">Bytes; looked at with <see cref="BodyFraming.Length"/> only.</param>
    public void Start(BodyFraming framing, long contentLength, in Http1Limits limits)
    {
        Check.That(framing != BodyFraming.Length || contentLength >= 0);
        _limits = limits;
        _trailers?.Clear();
        _left = framing == BodyFraming.Length ? contentLength : 0;
        _digits = 0;
        _scanned = 0;
        Error = Http1Error.None;
        _part = framing switch
        {
            BodyFraming.Length when contentLength > 0 => Part.FixedData,
            BodyFraming.Chunked => Part.ChunkSize,
            BodyFraming.UntilClose => Part.DataUntilClose,
            _ => Part.End,
        };
    }

    /// <summary>Takes one step through <paramref name="input"/>, the bytes behind what was consumed so far.</summary>
    /// <param name="consumed">Bytes that are done with, payload included.</param>
    /// <param name="dataStart">Where in the input the payload begins.</param>
    /// <param name="dataLength">Bytes; above 0 exactly when the status is Data.</param>
    public Http1BodyStatus Read(ReadOnlySpan<byte> input, out int consumed, out int dataStart, out int dataLength)
    {
        dataStart = 0;
        dataLength = 0;
        consumed = 0;
        while (true)
        {
            switch (_part)
            {
                case Part.End:
                    return Http1BodyStatus.End;
                case Part.Broken:
                    return Http1BodyStatus.Malformed;
                case Part.Trailers:
                    return ReadTrailers(input, ref consumed);
                default:
                    break;
            }
            if (consumed == input.Length)
            {
                return Http1BodyStatus.NeedMore;
            }
            if (_part is Part.FixedData or Part.ChunkData or Part.DataUntilClose)
            {
                dataStart = consumed;
                dataLength = TakeData(input.Length - consumed);
                consumed += dataLength;
                return Http1BodyStatus.Data;
            }
            ReadFramingByte(input[consumed]);
            consumed++;
        }
    }

    /// <summary>The connection has ended behind what was read.</summary>
    /// <returns>End when the body may end so; Malformed when it was cut off.</returns>
    public Http1BodyStatus EndOfInput()
    {
        if (_part == Part.DataUntilClose)
        {
            _part = Part.End;
        }
        if (_part == Part.End)
        {
            return Http1BodyStatus.End;
        }
        Break(Error == Http1Error.None ? Http1Error.Truncated : Error);
        return Http1BodyStatus.Malformed;
    }

    private int TakeData(int available)
    {
        if (_part == Part.DataUntilClose)
        {
            return available;
        }
        int taken = (int)Math.Min(available, _left);
        _left -= taken;
        if (_left == 0)
        {
            _part = _part == Part.FixedData ? Part.End : Part.ChunkEnd;
        }
        return taken;
    }

    private void ReadFramingByte(byte value)
    {
        switch (_part)
        {
            case Part.ChunkSize:
                ReadSizeByte(value);
                break;
            case Part.ChunkSizeLineFeed when value == (byte)'\n':
                _digits = 0;
                _part = _left == 0 ? Part.Trailers : Part.ChunkData;
                break;
            case Part.ChunkEnd when value == (byte)'\r':
                _part = Part.ChunkEndLineFeed;
                break;
            case Part.ChunkEndLineFeed when value == (byte)'\n':
                _part = Part.ChunkSize;
                break;
            case Part.ChunkSizeLineFeed:
                Break(Http1Error.BareCarriageReturn);
                break;
            default:
                Break(Http1Error.BadChunkEnd);
                break;
        }
    }

    private void ReadSizeByte(byte value)
    {
        int digit = value switch
        {
            >= (byte)'0' and <= (byte)'9' => value - '0',
            >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => value - 'A' + 10,
            _ => -1,
        };
        if (digit < 0)
        {
            // No extensions: nothing needs them, and peers disagree on where they end.
            if (_digits > 0 && value == (byte)'\r')
            {
                _part = Part.ChunkSizeLineFeed;
            }
            else
            {
                Break(Http1Error.BadChunkSize);
            }
            return;
        }
        if (_digits == _limits.ChunkLineBytesMax || _left > long.MaxValue >> 4)
        {
            Break(Http1Error.ChunkSizeTooLong);
            return;
        }
        _digits++;
        _left = (_left << 4) | (long)digit;
    }

    private Http1BodyStatus ReadTrailers(ReadOnlySpan<byte> input, ref int consumed)
    {
        ReadOnlySpan<byte> section = input[consumed..];
        if (section is [(byte)'\r', (byte)'\n', ..])
        {
            consumed += 2;
            _part = Part.End;
            return Http1BodyStatus.End;
        }
        return section is [] or [(byte)'\r'] ? Http1BodyStatus.NeedMore : ReadTrailerFields(section, ref consumed);
    }

    /// <summary>Trailers are parsed when all of them are there; until then they stay with the caller.</summary>
    private Http1BodyStatus ReadTrailerFields(ReadOnlySpan<byte> section, ref int consumed)
    {
        bool isCut = section.Length > _limits.TrailerBytesMax;
        section = isCut ? section[.._limits.TrailerBytesMax] : section;
        Http1Error error = Http1HeadScan.FindEnd(section, Math.Min(_scanned, section.Length), out bool isWhole);
        if (error == Http1Error.None && !isWhole)
        {
            _scanned = section.Length;
            if (!isCut)
            {
                return Http1BodyStatus.NeedMore;
            }
            error = Http1Error.TrailerTooLarge;
        }
        if (error == Http1Error.None)
        {
            _trailers ??= new HeaderBlock();
            Http1ParseResult result = Http1FieldParser.Parse(section, _limits.TrailerCountMax, _trailers);
            error = result.Status == DecodeStatus.Complete ? Http1Trailers.Validate(_trailers)
                : result.Error == Http1Error.TooManyHeaders ? Http1Error.TrailerTooLarge
                : result.Error;
            if (error == Http1Error.None)
            {
                consumed += result.Length;
                _part = Part.End;
                return Http1BodyStatus.End;
            }
            _trailers.Clear();
        }
        Break(error);
        return Http1BodyStatus.Malformed;
    }

    private void Break(Http1Error error)
    {
        Error = error;
        _part = Part.Broken;
    }
}
