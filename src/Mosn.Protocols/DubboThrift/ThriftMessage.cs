using System.Buffers.Binary;

namespace Mosn.Protocols.DubboThrift;

/// <summary>What a message of Thrift is for.</summary>
internal enum ThriftMessageType : byte
{
    Call = 1,
    Reply = 2,
    Exception = 3,
    OneWay = 4,
}

/// <summary>The beginning of a message in Thrift's strict binary protocol: version and type, name, sequence number.</summary>
internal readonly ref struct ThriftMessage
{
    /// <summary>Bytes of the beginning without the name.</summary>
    public const int FixedSize = 12;

    private const ushort Version = 0x8001;

    private ThriftMessage(ThriftMessageType type, ReadOnlySpan<byte> name, int sequence)
    {
        Type = type;
        Name = name;
        Sequence = sequence;
    }

    public ThriftMessageType Type { get; }

    public ReadOnlySpan<byte> Name { get; }

    public int Sequence { get; }

    /// <summary>Bytes of the beginning.</summary>
    public int Length => FixedSize + Name.Length;

    /// <param name="available">Bytes that the message has, whether they are here or not.</param>
    public static DecodeStatus Read(ReadOnlySpan<byte> bytes, int available, out ThriftMessage message)
    {
        message = default;
        if (available < FixedSize)
        {
            return DecodeStatus.Malformed;
        }
        if (bytes.Length < 8)
        {
            return DecodeStatus.NeedMore;
        }
        ThriftMessageType type = (ThriftMessageType)bytes[3];
        int nameLength = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes) != Version
            || type is < ThriftMessageType.Call or > ThriftMessageType.OneWay
            || nameLength < 0 || nameLength > available - FixedSize)
        {
            return DecodeStatus.Malformed;
        }
        if (bytes.Length < FixedSize + nameLength)
        {
            return DecodeStatus.NeedMore;
        }
        message = new ThriftMessage(
            type, bytes.Slice(8, nameLength), BinaryPrimitives.ReadInt32BigEndian(bytes[(8 + nameLength)..]));
        return DecodeStatus.Complete;
    }

    /// <summary>Writes such a beginning.</summary>
    public static void Write(ref ByteWriter writer, ThriftMessageType type, ReadOnlySpan<byte> name, int sequence)
    {
        writer.WriteInt16(unchecked((short)Version));
        writer.WriteInt16((short)type);
        writer.WriteInt32(name.Length);
        writer.Write(name);
        writer.WriteInt32(sequence);
    }

    /// <summary>Writes the struct that an exception of Thrift's own is, TApplicationException.</summary>
    public static void WriteException(ref ByteWriter writer, ReadOnlySpan<byte> text, int kind)
    {
        writer.Write([0x0B, 0, 1]); // String, field 1.
        writer.WriteInt32(text.Length);
        writer.Write(text);
        writer.Write([0x08, 0, 2]); // Number of 32 bits, field 2.
        writer.WriteInt32(kind);
        writer.WriteByte(0); // No more fields.
    }
}
