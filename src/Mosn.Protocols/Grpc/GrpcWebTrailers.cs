using System.Buffers.Binary;
using System.Text;

namespace Mosn.Protocols.Grpc;

/// <summary>
/// The last message of a gRPC-Web body: the trailers as a frame with the high bit set (gRPC, <c>doc/PROTOCOL-WEB.md</c>).
/// </summary>
public static class GrpcWebTrailers
{
    private const byte Flag = 0x80;
    private const int PrefixLength = 5;

    /// <summary>Bytes that the frame takes at most.</summary>
    public static int LengthMax(HeaderBlock trailers) => PrefixLength + trailers.WireBytesMax;

    /// <summary>Writes the frame.</summary>
    /// <param name="room">At least <see cref="LengthMax"/> bytes.</param>
    public static int Write(HeaderBlock trailers, Span<byte> room)
    {
        int used = PrefixLength;
        for (int i = 0; i < trailers.Count; i++)
        {
            Ascii.ToLower(trailers.Name(i), room[used..], out int length);
            used += length;
            room[used++] = (byte)':';
            trailers.Value(i).CopyTo(room[used..]);
            used += trailers.Value(i).Length;
            "\r\n"u8.CopyTo(room[used..]);
            used += 2;
        }
        room[0] = Flag;
        BinaryPrimitives.WriteInt32BigEndian(room[1..], used - PrefixLength);
        return used;
    }
}
