using System.Buffers.Binary;

namespace Mosn.Protocols.Grpc;

/// <summary>
/// The prefix of a message: a flag that says whether it is compressed, and its length (gRPC, <c>doc/PROTOCOL-HTTP2.md</c>).
/// </summary>
public static class GrpcFrame
{
    /// <summary>Bytes before the message.</summary>
    public const int PrefixLength = 5;

    /// <summary>Looks at the start of a body. Complete: the message is there, behind the prefix.</summary>
    /// <param name="length">Of the message, in bytes; known once the prefix is whole, else 0.</param>
    /// <param name="isCompressed">By what <c>grpc-encoding</c> names.</param>
    public static DecodeStatus Read(ReadOnlySpan<byte> input, out uint length, out bool isCompressed)
    {
        length = 0;
        isCompressed = false;
        if (!input.IsEmpty && input[0] > 1)
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < PrefixLength)
        {
            return DecodeStatus.NeedMore;
        }
        isCompressed = input[0] == 1;
        length = BinaryPrimitives.ReadUInt32BigEndian(input[1..]);
        return (uint)input.Length - PrefixLength >= length ? DecodeStatus.Complete : DecodeStatus.NeedMore;
    }

    /// <summary>Writes the prefix of a message that is not compressed.</summary>
    public static void Write(int length, Span<byte> into)
    {
        into[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(into[1..], length);
    }
}
