namespace Mosn.Protocols.Http2;

/// <summary>
/// Walks through one field block: puts the ordinary fields into a header block, shows the pseudo-header fields to its
/// caller, and holds the rules that all kinds of messages share. What must not be kept is still decoded, so that the
/// table stays right.
/// </summary>
internal ref struct Http2FieldReader
{
    private readonly HpackDecoder _decoder;
    private readonly ReadOnlySpan<byte> _block;
    private readonly HeaderBlock _into;
    private readonly int _listBytesMax;
    private readonly int _fieldCountMax;
    private readonly int _pseudoAllowed;
    private readonly ulong _forbidden;

    private int _at;
    private long _listBytes;
    private int _fieldCount;
    private int _pseudoSeen;
    private bool _isBehindPseudo;
    private bool _hasCookie;
    private int _cookieCount;

    /// <param name="into">Emptied by the caller.</param>
    /// <param name="pseudoAllowed">Bit n is the kind of value n.</param>
    /// <param name="forbidden">Headers that make the message malformed; bit n is the header of value n.</param>
    public Http2FieldReader(
        HpackDecoder decoder, ReadOnlySpan<byte> block, scoped in Http2HeadLimits limits, HeaderBlock into,
        int pseudoAllowed, ulong forbidden = 0)
    {
        _decoder = decoder;
        _block = block;
        _into = into;
        _listBytesMax = limits.ListBytesMax;
        _fieldCountMax = limits.FieldCountMax;
        _pseudoAllowed = pseudoAllowed;
        _forbidden = forbidden;
        Status = decoder.TryBegin(block, ref _at) ? Http2HeadStatus.Complete : Http2HeadStatus.BadCompression;
    }

    /// <summary>The first thing that was wrong, unless a worse one came.</summary>
    public Http2HeadStatus Status { get; private set; }

    /// <summary>An ordinary <c>host</c> field came beside an <c>:authority</c>: there are two lines of Host.</summary>
    public bool HasSecondHost { get; private set; }

    public static int Bit(HpackFieldKind kind) => 1 << (int)kind;

    public readonly bool HasPseudo(HpackFieldKind kind) => (_pseudoSeen & Bit(kind)) != 0;

    /// <summary>The message is malformed, whatever else the block holds.</summary>
    public void Fail() => Status = Http2HeadStatus.Malformed;

    /// <returns>False: there is no further one, and the block is at its end or the connection is.</returns>
    public bool NextPseudo(ref HpackField field)
    {
        if (Status == Http2HeadStatus.BadCompression)
        {
            return false;
        }
        while (_at < _block.Length)
        {
            if (!_decoder.TryRead(_block, ref _at, _into, ref field))
            {
                Status = Http2HeadStatus.BadCompression;
                return false;
            }
            _listBytes += field.Size;
            // Browsers send each part of a cookie as a field, and more of them than others have fields.
            bool isPart = field.Known == KnownHeader.Cookie && _hasCookie;
            _hasCookie |= field.Known == KnownHeader.Cookie;
            _fieldCount += isPart ? 0 : 1;
            if (_listBytes > _listBytesMax || _fieldCount > _fieldCountMax)
            {
                if (_listBytes > (long)Http2HeadLimits.BombFactor * _listBytesMax
                    || _fieldCount > (long)Http2HeadLimits.BombFactor * _fieldCountMax)
                {
                    Status = Http2HeadStatus.Bomb;
                    return false;
                }
                Status = Status == Http2HeadStatus.Complete ? Http2HeadStatus.TooLarge : Status;
            }
            if (Status != Http2HeadStatus.Complete)
            {
                continue;
            }
            if (!field.IsSound)
            {
                Fail();
            }
            else if (field.Kind == HpackFieldKind.Regular)
            {
                _isBehindPseudo = true;
                Keep(in field);
            }
            else if (_isBehindPseudo || (Bit(field.Kind) & _pseudoAllowed & ~_pseudoSeen) == 0)
            {
                Fail();
            }
            else
            {
                _pseudoSeen |= Bit(field.Kind);
                return true;
            }
        }
        if (_cookieCount > 1 && Status == Http2HeadStatus.Complete)
        {
            JoinCookies();
        }
        return false;
    }

    /// <summary>Puts the field's line behind the others.</summary>
    public readonly void Append(scoped ref readonly HpackField field)
    {
        if (!field.IsInBlock)
        {
            field.Line.CopyTo(_into.LineRoom(field.Line.Length));
        }
        _into.AcceptLine(field.NameLength, field.ValueLength, field.Known, field.IsNeverIndexed);
    }

    private void Keep(scoped ref readonly HpackField field)
    {
        const ulong SpecialMask =
            (1UL << (int)KnownHeader.Host) | (1UL << (int)KnownHeader.ContentLength) | (1UL << (int)KnownHeader.Cookie);
        ulong bit = HeaderBlock.Bit(field.Known);
        if ((bit & (SpecialMask | _forbidden)) == 0)
        {
            Append(in field);
        }
        else
        {
            KeepSpecial(in field, bit);
        }
    }

    private void KeepSpecial(scoped ref readonly HpackField field, ulong bit)
    {
        if ((bit & _forbidden) != 0)
        {
            Fail();
        }
        else if (field.Known == KnownHeader.Cookie)
        {
            KeepCookie(in field);
        }
        else if (_into.Contains(field.Known))
        {
            // Peers disagree on which of two counts.
            HasSecondHost = field.Known == KnownHeader.Host && !HasSecondHost && HasPseudo(HpackFieldKind.Authority);
            if (HasSecondHost)
            {
                Append(in field);
            }
            else
            {
                Fail();
            }
        }
        else
        {
            Append(in field);
        }
    }

    /// <summary>The parts of a cookie come as fields of their own (RFC 9113 section 8.2.3), mostly in a row.</summary>
    private void KeepCookie(scoped ref readonly HpackField field)
    {
        if (_cookieCount > 0 && field.Value.IsEmpty)
        {
            return; // It says nothing, and would leave a blank at the end, which no value may have.
        }
        if (_cookieCount > 0 && _into.Known(_into.Count - 1) == KnownHeader.Cookie)
        {
            ExtendCookie(field.Value, field.IsNeverIndexed);
            return;
        }
        _cookieCount++;
        Append(in field);
    }

    private readonly void JoinCookies()
    {
        int first = _into.IndexOf(KnownHeader.Cookie);
        _into.MoveToEnd(first);
        int next;
        while ((next = _into.IndexOf(KnownHeader.Cookie)) < _into.Count - 1)
        {
            bool isNeverIndexed = _into.Fields[next].IsNeverIndexed;
            ExtendCookie(_into.Value(next), isNeverIndexed);
            _into.RemoveAt(next);
        }
    }

    private readonly void ExtendCookie(ReadOnlySpan<byte> value, bool isNeverIndexed)
    {
        bool isFirst = _into.Value(_into.Count - 1).IsEmpty;
        _into.ExtendLastLine(isFirst ? default : "; "u8, value, isNeverIndexed);
    }
}
