using System.Buffers.Binary;
using System.Text;

namespace Mosn.Protocols.Dubbo;

/// <summary>Writes texts of Hessian 2.</summary>
internal static class Hessian2Text
{
    /// <summary>UTF-16 units that a text in one piece may have.</summary>
    private const int UnitsMax = ushort.MaxValue;

    /// <summary>Bytes that suffice for a text of so many bytes.</summary>
    public static int MaxLength(int length) => (2 * length) + 3;

    /// <summary>Writes a text in the shortest form. Bytes that are no UTF-8 stand for what they mean in Latin-1.</summary>
    /// <returns>Bytes written; 0: it is too long for one piece.</returns>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> room)
    {
        bool isAscii = Ascii.IsValid(text);
        int units = isAscii ? text.Length : CountUnits(text);
        int at;
        switch (units)
        {
            case <= 0x1F:
                room[0] = (byte)units;
                at = 1;
                break;
            case <= 0x3FF:
                room[0] = (byte)(0x30 + (units >> 8));
                room[1] = (byte)units;
                at = 2;
                break;
            case <= UnitsMax:
                room[0] = (byte)'S';
                BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)units);
                at = 3;
                break;
            default:
                return 0;
        }
        return at + (isAscii ? Copy(text, room[at..]) : Encode(text, room[at..]));
    }

    private static int CountUnits(ReadOnlySpan<byte> text)
    {
        int units = 0;
        while (!text.IsEmpty)
        {
            int length = Next(ref text, out _);
            units += length == 4 ? 2 : 1;
        }
        return units;
    }

    private static int Encode(ReadOnlySpan<byte> text, Span<byte> room)
    {
        int at = 0;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> before = text;
            int length = Next(ref text, out int scalar);
            if (length == 4)
            {
                scalar -= 0x1_0000;
                at += EncodeUnit(0xD800 + (scalar >> 10), room[at..]);
                at += EncodeUnit(0xDC00 + (scalar & 0x3FF), room[at..]);
            }
            else
            {
                at += length > 0 ? Copy(before[..length], room[at..]) : EncodeUnit(scalar, room[at..]);
            }
        }
        return at;
    }

    /// <summary>Takes a character off the text, or one unit of two that stand for one (CESU-8).</summary>
    /// <returns>Bytes it has; 0: a byte that is no UTF-8, to be taken for Latin-1.</returns>
    private static int Next(ref ReadOnlySpan<byte> text, out int scalar)
    {
        // What the reader takes for a character is one here, too, whether UTF-8 would have it so or not: Java writes NUL in two.
        int length = LengthOf(text);
        scalar = length == 0 ? text[0] : 0;
        if (length == 4)
        {
            if (Rune.DecodeFromUtf8(text, out Rune rune, out _) != System.Buffers.OperationStatus.Done)
            {
                length = 0;
            }
            scalar = length == 0 ? text[0] : rune.Value;
        }
        text = text[Math.Max(length, 1)..];
        return length;
    }

    private static int LengthOf(ReadOnlySpan<byte> text)
    {
        int length = text[0] switch
        {
            < 0x80 => 1,
            >= 0xC0 and < 0xE0 => 2,
            >= 0xE0 and < 0xF0 => 3,
            >= 0xF0 => 4,
            _ => 0,
        };
        if (text.Length < length)
        {
            return 0;
        }
        for (int i = 1; i < length; i++)
        {
            if ((text[i] & 0xC0) != 0x80)
            {
                return 0;
            }
        }
        return length;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        bytes.CopyTo(room);
        return bytes.Length;
    }

    private static int EncodeUnit(int unit, Span<byte> room)
    {
        if (unit < 0x800)
        {
            room[0] = (byte)(0xC0 | (unit >> 6));
            room[1] = (byte)(0x80 | (unit & 0x3F));
            return 2;
        }
        room[0] = (byte)(0xE0 | (unit >> 12));
        room[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
        room[2] = (byte)(0x80 | (unit & 0x3F));
        return 3;
    }
}
