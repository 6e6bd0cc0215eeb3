using System.Text;

namespace Mosn.Protocols.Tars;

/// <summary>The context of a TARS packet: a map of texts that goes along with a call or its answer, close to the end.</summary>
internal static class TarsFields
{
    private const int ContextTag = 9;

    /// <summary>Bytes of a map's head and count in their widest form.</summary>
    private const int MapHeadLength = 1 + TarsWriter.IntLengthMax;

    /// <summary>
    /// Reads the pairs of the context that could be fields, except those that have the name of one that the packet has for
    /// itself.
    /// </summary>
    /// <param name="start">Where the packet's content begins.</param>
    /// <returns>Bytes from the context to the end of the packet; 0: there is none.</returns>
    public static int Read(ReadOnlySpan<byte> packet, int start, HeaderBlock fields)
    {
        TarsReader reader = new(packet, start);
        while (!reader.IsAtEnd)
        {
            int at = reader.Position;
            if (!reader.TryReadHead(out int tag, out TarsType type))
            {
                return 0;
            }
            if (tag == ContextTag && type == TarsType.Map)
            {
                return TryReadMap(ref reader, fields) ? packet.Length - at : 0;
            }
            if (tag >= ContextTag || !reader.TrySkip(type))
            {
                return 0;
            }
        }
        return 0;
    }

    /// <summary>Bytes that suffice for <see cref="Write"/>.</summary>
    public static int MaxLength(int tailLength, HeaderBlock fields) =>
        tailLength + fields.WireBytesMax + (2 * TarsWriter.TextHeadLengthMax * (fields.Count + 1)) + MapHeadLength;

    /// <summary>Writes the context as the fields say, and what stands behind it.</summary>
    /// <param name="tail">From the context to the end of the packet; it is sound.</param>
    public static int Write(ReadOnlySpan<byte> tail, HeaderBlock fields, Span<byte> room)
    {
        // The number of pairs is known at the end, so they are written behind the widest head first.
        ByteWriter pairs = new(room[MapHeadLength..]);
        TarsReader reader = new(tail, 0);
        reader.TryReadHead(out _, out _);
        int next = 0; // The fields before it are written.
        int written = 0;
        reader.TryReadCount(out int count);
        for (int i = 0; i < count && TryReadPair(ref reader, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value); i++)
        {
            if (IsName(name) || !HttpSyntax.IsToken(name) || !HttpSyntax.IsFieldValue(value))
            {
                WritePair(ref pairs, name, value);
                written++;
                continue;
            }
            int index = fields.IndexOf(name, next);
            for (; index >= 0 && next <= index; next++)
            {
                written += WriteNew(ref pairs, fields, next);
            }
        }
        for (; next < fields.Count; next++)
        {
            written += WriteNew(ref pairs, fields, next);
        }
        ByteWriter writer = new(room);
        writer.WriteMap(ContextTag, written);
        room.Slice(MapHeadLength, pairs.Length).CopyTo(room[writer.Length..]);
        int length = writer.Length + pairs.Length;
        tail[reader.Position..].CopyTo(room[length..]);
        return length + tail.Length - reader.Position;
    }

    /// <summary>True for the fields that do not come from the context.</summary>
    private static bool IsName(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "service"u8) || Ascii.EqualsIgnoreCase(name, "method"u8);

    private static bool TryReadMap(ref TarsReader reader, HeaderBlock fields)
    {
        int fieldCount = fields.Count;
        bool isSound = reader.TryReadCount(out int count);
        for (int i = 0; isSound && i < count; i++)
        {
            isSound = TryReadPair(ref reader, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (isSound && !IsName(name))
            {
                fields.TryAdd(name, value); // One that is no field of HTTP is passed on, and nobody sees it.
            }
        }
        while (!isSound && fields.Count > fieldCount)
        {
            fields.RemoveAt(fields.Count - 1);
        }
        return isSound;
    }

    private static bool TryReadPair(ref TarsReader reader, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        return reader.TryReadText(0, out name) && reader.TryReadText(1, out value);
    }

    private static int WriteNew(ref ByteWriter writer, HeaderBlock fields, int index)
    {
        if (IsName(fields.Name(index)))
        {
            return 0;
        }
        WritePair(ref writer, fields.Name(index), fields.Value(index));
        return 1;
    }

    private static void WritePair(ref ByteWriter writer, scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        writer.WriteText(0, name);
        writer.WriteText(1, value);
    }
}
