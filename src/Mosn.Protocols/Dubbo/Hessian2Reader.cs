using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mosn.Protocols.Dubbo;

/// <summary>
/// Reads values of Hessian 2 in place, one after the other, as far as a proxy needs to: texts, and the way around everything
/// else. A method that gives false leaves the reader where no further value begins: the message is not sound.
/// </summary>
/// <remarks>
/// Source: the Hessian 2.0 serialization protocol, and what Dubbo's peers make of it. The length of a text counts UTF-16 units,
/// each of one to three bytes, so that a character beyond U+FFFF is two of them (CESU-8).
/// </remarks>
internal ref struct Hessian2Reader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Lists, maps and objects that may lie within each other.</summary>
    private const int DepthMax = 64;

    /// <summary>Of a level: its values end with a byte of their own.</summary>
    private const int UntilEnd = -1;

    /// <summary>As that, and they come in pairs: between two pairs.</summary>
    private const int UntilEndOfPairs = -2;

    /// <summary>As that, within a pair.</summary>
    private const int WithinPair = -3;

    private const byte Null = (byte)'N';
    private const byte End = (byte)'Z';
    private const byte UntypedMap = (byte)'H';
    private const byte TypedMap = (byte)'M';

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next value begins.</summary>
    public int Position { get; private set; }

    /// <summary>True when every byte was read.</summary>
    public readonly bool IsAtEnd => Position == _bytes.Length;

    private readonly ReadOnlySpan<byte> Rest => _bytes[Position..];

    /// <summary>Reads a text in one piece, or null, which is empty here.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> text, out bool isNull)
    {
        text = default;
        isNull = !IsAtEnd && _bytes[Position] == Null;
        if (isNull)
        {
            Position++;
            return true;
        }
        return !IsAtEnd && IsText(_bytes[Position]) && _bytes[Position] != 0x52 && TryReadPiece(out text);
    }

    /// <summary>Reads a number of type int, in any of its forms.</summary>
    public bool TryReadInt(out int value)
    {
        value = 0;
        if (!TryTake(out byte tag))
        {
            return false;
        }
        ReadOnlySpan<byte> rest = Rest;
        switch (tag)
        {
            case >= 0x80 and <= 0xBF:
                value = tag - 0x90;
                return true;
            case >= 0xC0 and <= 0xCF when rest.Length >= 1:
                value = ((tag - 0xC8) << 8) + rest[0];
                Position += 1;
                return true;
            case >= 0xD0 and <= 0xD7 when rest.Length >= 2:
                value = ((tag - 0xD4) << 16) + BinaryPrimitives.ReadUInt16BigEndian(rest);
                Position += 2;
                return true;
            case (byte)'I' when rest.Length >= 4:
                value = BinaryPrimitives.ReadInt32BigEndian(rest);
                Position += 4;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Begins a map whose keys and values the caller reads until <see cref="TryEnd"/>.</summary>
    public bool TryBeginMap(ref Hessian2Shapes shapes)
    {
        shapes.ReferenceCount++;
        return TryTake(out byte tag) && (tag == UntypedMap || (tag == TypedMap && TrySkipType(ref shapes)));
    }

    /// <summary>True if a value that is null comes next; it is read.</summary>
    public bool TryReadNull() => TryReadByte(Null);

    /// <summary>True if the end of a map comes next; it is read.</summary>
    public bool TryEnd() => TryReadByte(End);

    /// <summary>True if a text in one piece comes next.</summary>
    public readonly bool IsAtText() => !IsAtEnd && IsText(_bytes[Position]) && _bytes[Position] != 0x52;

    /// <summary>Passes over one value, whatever it is and holds.</summary>
    public bool TrySkip(scoped ref Hessian2Shapes shapes)
    {
        Levels levels = default;
        int depth = 0;
        int left = 1; // Of the level that is open: values, or how it ends.
        while (true)
        {
            if (left == 0 || (left is UntilEnd or UntilEndOfPairs && TryEnd()))
            {
                if (depth == 0)
                {
                    return true;
                }
                left = levels[--depth];
                continue;
            }
            left = left switch
            {
                UntilEnd => UntilEnd,
                UntilEndOfPairs => WithinPair,
                WithinPair => UntilEndOfPairs,
                _ => left - 1,
            };
            if (!TrySkipHead(ref shapes, out int inner))
            {
                return false;
            }
            if (inner != 0)
            {
                if (depth == DepthMax)
                {
                    return false;
                }
                levels[depth++] = left;
                left = inner;
            }
        }
    }

    private static bool IsText(byte tag) => tag is <= 0x1F or (>= 0x30 and <= 0x33) or 0x52 or 0x53;

    /// <summary>Passes over a value, or over what stands before the values that it holds.</summary>
    /// <param name="inner">How many of those there are, or how they end.</param>
    private bool TrySkipHead(scoped ref Hessian2Shapes shapes, out int inner)
    {
        inner = 0;
        while (TryTake(out byte tag))
        {
            switch (tag)
            {
                case <= 0x1F or (>= 0x30 and <= 0x33) or 0x52 or 0x53:
                    Position--;
                    return TrySkipText();
                case (>= 0x20 and <= 0x2F) or (>= 0x34 and <= 0x37) or 0x41 or 0x42:
                    return TrySkipBinary(tag);
                case Null or (byte)'T' or (byte)'F' or (>= 0x80 and <= 0xBF) or (>= 0xD8 and <= 0xEF) or 0x5B or 0x5C:
                    return true;
                case (>= 0xC0 and <= 0xCF) or (>= 0xF0) or 0x5D:
                    return TryPass(1);
                case (>= 0xD0 and <= 0xD7) or (>= 0x38 and <= 0x3F) or 0x5E:
                    return TryPass(2);
                case (byte)'I' or 0x59 or 0x5F or 0x4B:
                    return TryPass(4);
                case (byte)'L' or (byte)'D' or 0x4A:
                    return TryPass(8);
                case (byte)'Q':
                    return TryReadInt(out int reference) && (uint)reference < (uint)shapes.ReferenceCount;
                case (byte)'C':
                    if (!TryDefineClass(ref shapes))
                    {
                        return false;
                    }
                    continue; // The value comes behind it.
                default:
                    return TrySkipContainer(tag, ref shapes, out inner);
            }
        }
        return false;
    }

    private bool TrySkipContainer(byte tag, scoped ref Hessian2Shapes shapes, out int inner)
    {
        inner = 0;
        shapes.ReferenceCount++;
        switch (tag)
        {
            case 0x55:
                inner = UntilEnd;
                return TrySkipType(ref shapes);
            case 0x57:
                inner = UntilEnd;
                return true;
            case 0x56:
                return TrySkipType(ref shapes) && TryReadInt(out inner) && inner >= 0;
            case 0x58:
                return TryReadInt(out inner) && inner >= 0;
            case >= 0x70 and <= 0x77:
                inner = tag & 7;
                return TrySkipType(ref shapes);
            case >= 0x78 and <= 0x7F:
                inner = tag & 7;
                return true;
            case TypedMap:
                inner = UntilEndOfPairs;
                return TrySkipType(ref shapes);
            case UntypedMap:
                inner = UntilEndOfPairs;
                return true;
            case (byte)'O':
                return TryReadInt(out int index) && shapes.TryGetFieldCount(index, out inner);
            case >= 0x60 and <= 0x6F:
                return shapes.TryGetFieldCount(tag - 0x60, out inner);
            default:
                return false; // 40, 45, 47, 50, and an end where none can be.
        }
    }

    private bool TryDefineClass(scoped ref Hessian2Shapes shapes)
    {
        if (!TrySkipText() || !TryReadInt(out int fieldCount) || fieldCount < 0)
        {
            return false;
        }
        for (int i = 0; i < fieldCount; i++)
        {
            if (!TrySkipText())
            {
                return false;
            }
        }
        return shapes.TryAddClass(fieldCount);
    }

    /// <summary>A type is a name, or the number of one that was named before.</summary>
    private bool TrySkipType(scoped ref Hessian2Shapes shapes)
    {
        if (IsAtEnd)
        {
            return false;
        }
        if (IsText(_bytes[Position]))
        {
            shapes.TypeCount++;
            return TrySkipText();
        }
        return TryReadInt(out int index) && (uint)index < (uint)shapes.TypeCount;
    }

    private bool TrySkipText()
    {
        while (!IsAtEnd && IsText(_bytes[Position]))
        {
            bool isLast = _bytes[Position] != 0x52;
            if (!TryReadPiece(out _))
            {
                return false;
            }
            if (isLast)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Reads one piece of a text, of which the tag is known to be one.</summary>
    private bool TryReadPiece(out ReadOnlySpan<byte> text)
    {
        text = default;
        byte tag = _bytes[Position++];
        int units;
        if (tag <= 0x1F)
        {
            units = tag;
        }
        else if (tag <= 0x33)
        {
            if (!TryTake(out byte low))
            {
                return false;
            }
            units = ((tag - 0x30) << 8) + low;
        }
        else if (!TryReadLength(out units))
        {
            return false;
        }
        int length = LengthOf(Rest, units);
        if (length < 0)
        {
            return false;
        }
        text = _bytes.Slice(Position, length);
        Position += length;
        return true;
    }

    private bool TrySkipBinary(byte tag)
    {
        while (true)
        {
            int length;
            if (tag <= 0x2F)
            {
                length = tag - 0x20;
            }
            else if (tag <= 0x37)
            {
                if (!TryTake(out byte low))
                {
                    return false;
                }
                length = ((tag - 0x34) << 8) + low;
            }
            else if (!TryReadLength(out length))
            {
                return false;
            }
            if (!TryPass(length))
            {
                return false;
            }
            if (tag != 0x41)
            {
                return true;
            }
            if (!TryTake(out tag) || tag is not ((>= 0x20 and <= 0x2F) or (>= 0x34 and <= 0x37) or 0x41 or 0x42))
            {
                return false;
            }
        }
    }

    /// <summary>Bytes of so many UTF-16 units; -1: there are not as many, or they are no text.</summary>
    private static int LengthOf(ReadOnlySpan<byte> bytes, int units)
    {
        if (bytes.Length >= units && Ascii.IsValid(bytes[..units]))
        {
            return units;
        }
        int at = 0;
        for (int i = 0; i < units; i++)
        {
            if (at >= bytes.Length)
            {
                return -1;
            }
            int length = bytes[at] switch
            {
                < 0x80 => 1,
                >= 0xC0 and < 0xE0 => 2,
                >= 0xE0 and < 0xF0 => 3,
                _ => 0,
            };
            if (length == 0 || bytes.Length - at < length
                || (length > 1 && (bytes[at + 1] & 0xC0) != 0x80)
                || (length > 2 && (bytes[at + 2] & 0xC0) != 0x80))
            {
                return -1;
            }
            at += length;
        }
        return at;
    }

    private bool TryReadLength(out int length)
    {
        bool isThere = _bytes.Length - Position >= 2;
        length = isThere ? BinaryPrimitives.ReadUInt16BigEndian(Rest) : 0;
        Position += isThere ? 2 : 0;
        return isThere;
    }

    private bool TryReadByte(byte value)
    {
        bool isIt = !IsAtEnd && _bytes[Position] == value;
        Position += isIt ? 1 : 0;
        return isIt;
    }

    private bool TryTake(out byte value)
    {
        bool isThere = !IsAtEnd;
        value = isThere ? _bytes[Position++] : (byte)0;
        return isThere;
    }

    private bool TryPass(int count)
    {
        bool isThere = _bytes.Length - Position >= count;
        Position += isThere ? count : 0;
        return isThere;
    }

    [InlineArray(DepthMax)]
    private struct Levels
    {
        private int _first;
    }
}
