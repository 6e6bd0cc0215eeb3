using System.Buffers.Binary;
using System.Buffers.Text;

namespace Mosn.Protocols;

/// <summary>Writes one thing after the other into a span that its owner has made large enough.</summary>
public ref struct ByteWriter(Span<byte> room)
{
    private readonly Span<byte> _room = room;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_room[Length..]);
        Length += bytes.Length;
    }

    public void WriteByte(byte value) => _room[Length++] = value;

    /// <summary>Two bytes, big endian.</summary>
    public void WriteInt16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_room[Length..], value);
        Length += sizeof(short);
    }

    /// <summary>Four bytes, big endian.</summary>
    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_room[Length..], value);
        Length += sizeof(int);
    }

    /// <summary>Eight bytes, big endian.</summary>
    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_room[Length..], value);
        Length += sizeof(long);
    }

    /// <summary>Digits, without leading zeros.</summary>
    public void WriteDecimal(long value)
    {
        Check.That(Utf8Formatter.TryFormat(value, _room[Length..], out int written));
        Length += written;
    }

    /// <summary>Lower-case hexadecimal digits, without leading zeros.</summary>
    public void WriteHex(long value)
    {
        Check.That(value >= 0);
        Check.That(Utf8Formatter.TryFormat(value, _room[Length..], out int written, 'x'));
        Length += written;
    }
}
