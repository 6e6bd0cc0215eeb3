using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Mosn.Protocols.Tars;

/// <summary>
/// Reads the fields of a TARS struct in place: each has a tag and a type, and those that nobody knows are passed over. A
/// method that gives false leaves the reader where no field begins: the struct ends too early, or is not sound.
/// </summary>
internal ref struct TarsReader(ReadOnlySpan<byte> bytes, int position)
{
    /// <summary>Maps, lists and structs that may lie within each other.</summary>
    private const int DepthMax = 64;

    /// <summary>Of a level: it ends with a field of its own.</summary>
    private const int UntilEnd = -1;

    /// <summary>A tag that does not fit into half a byte stands in the next one.</summary>
    private const int TagFollows = 15;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Where the next field begins, or its value once its head was read.</summary>
    public int Position { get; private set; } = position;

    public readonly bool IsAtEnd => Position == _bytes.Length;

    private readonly ReadOnlySpan<byte> Rest => _bytes[Position..];

    /// <summary>Reads the head of a field; its value comes next.</summary>
    public bool TryReadHead(out int tag, out TarsType type)
    {
        tag = 0;
        type = TarsType.StructEnd;
        if (IsAtEnd)
        {
            return false;
        }
        byte head = _bytes[Position++];
        tag = head >> 4;
        type = (TarsType)(head & 0xF);
        if (tag == TagFollows)
        {
            if (IsAtEnd)
            {
                return false;
            }
            tag = _bytes[Position++];
        }
        return type <= TarsType.SimpleList;
    }

    /// <summary>Reads a number of at most 32 bits, in any width.</summary>
    public bool TryReadInt(TarsType type, out int value)
    {
        value = 0;
        ReadOnlySpan<byte> rest = Rest;
        switch (type)
        {
            case TarsType.Zero:
                return true;
            case TarsType.Int8 when rest.Length >= 1:
                value = (sbyte)rest[0];
                Position += 1;
                return true;
            case TarsType.Int16 when rest.Length >= 2:
                value = BinaryPrimitives.ReadInt16BigEndian(rest);
                Position += 2;
                return true;
            case TarsType.Int32 when rest.Length >= 4:
                value = BinaryPrimitives.ReadInt32BigEndian(rest);
                Position += 4;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a text.</summary>
    public bool TryReadText(TarsType type, out ReadOnlySpan<byte> text)
    {
        text = default;
        ReadOnlySpan<byte> rest = Rest;
        int start;
        int length;
        switch (type)
        {
            case TarsType.String1 when rest.Length >= 1:
                start = 1;
                length = rest[0];
                break;
            case TarsType.String4 when rest.Length >= 4:
                start = 4;
                length = BinaryPrimitives.ReadInt32BigEndian(rest);
                break;
            default:
                return false;
        }
        if (length < 0 || length > rest.Length - start)
        {
            return false;
        }
        text = rest.Slice(start, length);
        Position += start + length;
        return true;
    }

    /// <summary>Reads a field that must be a text with that tag.</summary>
    public bool TryReadText(int wantedTag, out ReadOnlySpan<byte> text)
    {
        text = default;
        return TryReadHead(out int tag, out TarsType type) && tag == wantedTag && TryReadText(type, out text);
    }

    /// <summary>Reads how many fields or bytes follow: a field of tag 0.</summary>
    public bool TryReadCount(out int count)
    {
        count = 0;
        return TryReadHead(out int tag, out TarsType type) && tag == 0 && TryReadInt(type, out count) && count >= 0;
    }

    /// <summary>Passes over a value whose head was read.</summary>
    public bool TrySkip(TarsType type)
    {
        Levels levels = default;
        int depth = 0;
        int left = 0; // Of the level that is open: fields, or that it ends with one of its own.
        if (!TrySkipStart(type, out int inner))
        {
            return false;
        }
        while (true)
        {
            if (inner != 0)
            {
                if (depth == DepthMax)
                {
                    return false;
                }
                levels[depth++] = left;
                left = inner;
                inner = 0;
            }
            if (left == 0)
            {
                if (depth == 0)
                {
                    return true;
                }
                left = levels[--depth];
                continue;
            }
            if (!TryReadHead(out _, out type))
            {
                return false;
            }
            if (type == TarsType.StructEnd)
            {
                if (left != UntilEnd)
                {
                    return false;
                }
                left = 0;
                continue;
            }
            left -= left > 0 ? 1 : 0;
            if (!TrySkipStart(type, out inner))
            {
                return false;
            }
        }
    }

    /// <summary>Passes over a value, or over what stands before the fields that it holds.</summary>
    /// <param name="inner">How many of those there are, or how they end.</param>
    private bool TrySkipStart(TarsType type, out int inner)
    {
        inner = 0;
        switch (type)
        {
            case TarsType.Zero:
                return true;
            case TarsType.Int8:
                return TryPass(1);
            case TarsType.Int16:
                return TryPass(2);
            case TarsType.Int32 or TarsType.Float:
                return TryPass(4);
            case TarsType.Int64 or TarsType.Double:
                return TryPass(8);
            case TarsType.String1 or TarsType.String4:
                return TryReadText(type, out _);
            case TarsType.Map:
                bool isMap = TryReadCount(out int pairs) && pairs <= int.MaxValue / 2;
                inner = 2 * pairs;
                return isMap;
            case TarsType.List:
                return TryReadCount(out inner);
            case TarsType.StructBegin:
                inner = UntilEnd;
                return true;
            case TarsType.SimpleList:
                return TryReadHead(out int tag, out TarsType element) && tag == 0 && element == TarsType.Int8
                    && TryReadCount(out int count) && TryPass(count);
            default:
                return false;
        }
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
