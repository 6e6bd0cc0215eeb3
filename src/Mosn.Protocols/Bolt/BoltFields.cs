using System.Buffers.Binary;
using System.Text;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Bolt;

/// <summary>
/// The header map of Bolt: a length and a text for each name and each value, and no count. A length of −1 stands for null.
/// </summary>
internal static class BoltFields
{
    /// <summary>Bytes before each text.</summary>
    private const int LengthSize = 4;

    /// <summary>Bytes of a header map, by the two bytes that say how many.</summary>
    public const int BytesMax = ushort.MaxValue;

    /// <summary>Reads the map. False: a length goes beyond its end.</summary>
    public static bool TryRead(ReadOnlySpan<byte> map, HeaderBlock fields)
    {
        while (!map.IsEmpty)
        {
            if (!TryReadText(ref map, out ReadOnlySpan<byte> name, out bool isNullName)
                || !TryReadText(ref map, out ReadOnlySpan<byte> value, out bool isNullValue))
            {
                return false;
            }
            if (!isNullName && !isNullValue)
            {
                fields.TryAdd(name, value); // One that is no field of HTTP is passed on, and nobody sees it.
            }
        }
        return true;
    }

    /// <summary>False: a length goes beyond the map's end.</summary>
    public static bool IsSound(ReadOnlySpan<byte> map)
    {
        while (!map.IsEmpty)
        {
            if (!TryReadText(ref map, out _, out _) || !TryReadText(ref map, out _, out _))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The value of the first field of that name; empty: there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> map, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = map;
        while (!rest.IsEmpty && TryReadText(ref rest, out ReadOnlySpan<byte> found, out _)
            && TryReadText(ref rest, out ReadOnlySpan<byte> value, out _))
        {
            if (found.SequenceEqual(name))
            {
                return map.Slice(map.Length - rest.Length - value.Length, value.Length);
            }
        }
        return default;
    }

    /// <summary>Looks for the first field of a name as a field of HTTP, as <see cref="TryRead"/> would have read it.</summary>
    /// <param name="map">Sound.</param>
    public static FieldSearch FindField(ReadOnlySpan<byte> map, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> rest = map;
        while (!rest.IsEmpty && TryReadText(ref rest, out ReadOnlySpan<byte> found, out _)
            && TryReadText(ref rest, out ReadOnlySpan<byte> text, out bool isNull))
        {
            if (!isNull && Ascii.EqualsIgnoreCase(found, name) && HttpSyntax.IsToken(name) && HttpSyntax.IsFieldValue(text))
            {
                value = HttpSyntax.Trim(map.Slice(map.Length - rest.Length - text.Length, text.Length));
                return FieldSearch.Found;
            }
        }
        value = default;
        return FieldSearch.Absent;
    }

    /// <summary>Bytes that suffice for the map with these changes.</summary>
    public static int MaxLength(ReadOnlySpan<byte> map, HeaderBlock fields) =>
        map.Length + fields.WireBytesMax + (2 * LengthSize * (fields.Count + 1));

    /// <summary>
    /// Writes the map as the fields say: in its old order, with new values, without what is gone, new fields at the end.
    /// What could not be a field stays as it was.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int Write(ReadOnlySpan<byte> map, HeaderBlock fields, Span<byte> room)
    {
        int at = 0;
        int next = 0; // The fields before it are written.
        while (!map.IsEmpty && TryReadText(ref map, out ReadOnlySpan<byte> name, out bool isNullName)
            && TryReadText(ref map, out ReadOnlySpan<byte> value, out bool isNullValue))
        {
            bool isField = !isNullName && !isNullValue && HttpSyntax.IsToken(name) && HttpSyntax.IsFieldValue(value);
            if (!isField)
            {
                at = Put(room, at, name, isNullName);
                at = Put(room, at, value, isNullValue);
                continue;
            }
            int index = fields.IndexOf(name, next);
            if (index >= 0)
            {
                // Fields that stand before it and are new come first: their order is kept, if not their place.
                for (; next <= index; next++)
                {
                    at = Put(room, at, fields.Name(next), isNull: false);
                    at = Put(room, at, fields.Value(next), isNull: false);
                }
            }
        }
        for (; next < fields.Count; next++)
        {
            at = Put(room, at, fields.Name(next), isNull: false);
            at = Put(room, at, fields.Value(next), isNull: false);
        }
        return at;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> map, out ReadOnlySpan<byte> text, out bool isNull)
    {
        text = default;
        isNull = false;
        if (map.Length < LengthSize)
        {
            return false;
        }
        int length = BinaryPrimitives.ReadInt32BigEndian(map);
        map = map[LengthSize..];
        if (length == -1)
        {
            isNull = true;
            return true;
        }
        if ((uint)length > (uint)map.Length)
        {
            return false;
        }
        text = map[..length];
        map = map[length..];
        return true;
    }

    private static int Put(Span<byte> room, int at, ReadOnlySpan<byte> text, bool isNull)
    {
        BinaryPrimitives.WriteInt32BigEndian(room[at..], isNull ? -1 : text.Length);
        text.CopyTo(room[(at + LengthSize)..]);
        return at + LengthSize + text.Length;
    }
}
