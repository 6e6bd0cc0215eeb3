namespace Mosn.Protocols.Tars;

/// <summary>Writes the fields of a TARS struct, numbers in the narrowest type that holds them. Tags are below 15.</summary>
internal static class TarsWriter
{
    /// <summary>Bytes that suffice for a number.</summary>
    public const int IntLengthMax = 5;

    /// <summary>Bytes that suffice for what stands before a text.</summary>
    public const int TextHeadLengthMax = 5;

    public static void WriteInt(ref this ByteWriter writer, int tag, int value)
    {
        switch (value)
        {
            case 0:
                writer.WriteHead(tag, TarsType.Zero);
                break;
            case >= sbyte.MinValue and <= sbyte.MaxValue:
                writer.WriteHead(tag, TarsType.Int8);
                writer.WriteByte((byte)value);
                break;
            case >= short.MinValue and <= short.MaxValue:
                writer.WriteHead(tag, TarsType.Int16);
                writer.WriteInt16((short)value);
                break;
            default:
                writer.WriteHead(tag, TarsType.Int32);
                writer.WriteInt32(value);
                break;
        }
    }

    public static void WriteText(ref this ByteWriter writer, int tag, scoped ReadOnlySpan<byte> text)
    {
        if (text.Length <= byte.MaxValue)
        {
            writer.WriteHead(tag, TarsType.String1);
            writer.WriteByte((byte)text.Length);
        }
        else
        {
            writer.WriteHead(tag, TarsType.String4);
            writer.WriteInt32(text.Length);
        }
        writer.Write(text);
    }

    /// <summary>Writes a list of bytes.</summary>
    public static void WriteBytes(ref this ByteWriter writer, int tag, scoped ReadOnlySpan<byte> bytes)
    {
        writer.WriteHead(tag, TarsType.SimpleList);
        writer.WriteHead(0, TarsType.Int8);
        writer.WriteInt(0, bytes.Length);
        writer.Write(bytes);
    }

    /// <summary>Begins a map of so many pairs, each a field 0 and a field 1.</summary>
    public static void WriteMap(ref this ByteWriter writer, int tag, int count)
    {
        writer.WriteHead(tag, TarsType.Map);
        writer.WriteInt(0, count);
    }

    private static void WriteHead(ref this ByteWriter writer, int tag, TarsType type) =>
        writer.WriteByte((byte)((tag << 4) | (int)type));
}
