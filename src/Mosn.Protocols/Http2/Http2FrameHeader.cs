using System.Buffers.Binary;

namespace Mosn.Protocols.Http2;

/// <summary>The nine bytes that every frame begins with (RFC 9113 section 4.1).</summary>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="StreamId">0: the connection as a whole.</param>
public readonly record struct Http2FrameHeader(
    int Length, Http2FrameType Type, Http2FrameFlags Flags, int StreamId)
{
    /// <summary>Bytes of a frame header.</summary>
    public const int Size = 9;

    /// <summary>SETTINGS, PING: this is the answer. The bit that ends a stream elsewhere.</summary>
    public const Http2FrameFlags Ack = Http2FrameFlags.EndStream;

    /// <summary>Whether all bits of <paramref name="flag"/> are set.</summary>
    public bool Has(Http2FrameFlags flag) => (Flags & flag) == flag;

    /// <summary>Reads a header from at least <see cref="Size"/> bytes. The reserved bit is ignored.</summary>
    public static Http2FrameHeader Read(ReadOnlySpan<byte> input)
    {
        ulong first = BinaryPrimitives.ReadUInt64BigEndian(input);
        return new Http2FrameHeader(
            (int)(first >> 40),
            (Http2FrameType)(byte)(first >> 32),
            (Http2FrameFlags)(byte)(first >> 24),
            (int)(((uint)first << 8 | input[8]) & 0x7FFF_FFFF));
    }

    /// <summary>Writes the header to at least <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> room)
    {
        BinaryPrimitives.WriteUInt32BigEndian(room, (uint)Length << 8 | (byte)Type);
        room[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(room[5..], StreamId);
    }
}
