using System.Text;

namespace Mosn.Protocols.Grpc;

/// <summary>
/// The two messages of <c>grpc.health.v1.Health/Check</c>, by hand: <c>HealthCheckRequest { string service = 1; }</c> and
/// <c>HealthCheckResponse { ServingStatus status = 1; }</c> (gRPC, <c>doc/health-checking.md</c>).
/// </summary>
public static class GrpcHealthMessages
{
    /// <summary>The path of the method.</summary>
    public static ReadOnlySpan<byte> CheckPath => "/grpc.health.v1.Health/Check"u8;

    /// <summary>The one status that is good.</summary>
    public const ulong Serving = 1;

    private const int StatusTag = (1 << 3) | Varint;
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;
    private const int VarintLengthMax = 10;

    /// <summary>The request, with the prefix of a message in front of it.</summary>
    /// <param name="service">Empty: the server as a whole.</param>
    public static byte[] Request(string service)
    {
        byte[] name = Encoding.UTF8.GetBytes(service);
        List<byte> message = [];
        if (name.Length > 0)
        {
            message.Add((1 << 3) | Bytes);
            for (uint rest = (uint)name.Length; ; rest >>= 7)
            {
                message.Add((byte)(rest < 0x80 ? rest : rest | 0x80));
                if (rest < 0x80)
                {
                    break;
                }
            }
            message.AddRange(name);
        }
        byte[] framed = new byte[GrpcFrame.PrefixLength + message.Count];
        GrpcFrame.Write(message.Count, framed);
        message.CopyTo(framed, GrpcFrame.PrefixLength);
        return framed;
    }

    /// <summary>Reads the status of a response; the last one counts, and 0 (UNKNOWN) if there is none.</summary>
    /// <returns>False: the bytes are no message.</returns>
    public static bool TryReadStatus(ReadOnlySpan<byte> message, out ulong status)
    {
        status = 0;
        while (!message.IsEmpty)
        {
            if (!TryReadVarint(ref message, out ulong tag) || tag >> 3 == 0)
            {
                return false;
            }
            if (tag == StatusTag)
            {
                if (!TryReadVarint(ref message, out status))
                {
                    return false;
                }
            }
            else if (!TrySkip(ref message, (int)(tag & 7)))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> message, int kind)
    {
        ulong length = 0;
        switch (kind)
        {
            case Varint:
                return TryReadVarint(ref message, out _);
            case Fixed64:
                length = 8;
                break;
            case Fixed32:
                length = 4;
                break;
            case Bytes when TryReadVarint(ref message, out length):
                break;
            default:
                return false;
        }
        if (length > (ulong)message.Length)
        {
            return false;
        }
        message = message[(int)length..];
        return true;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> message, out ulong value)
    {
        value = 0;
        for (int i = 0; i < message.Length && i < VarintLengthMax; i++)
        {
            value |= (ulong)(message[i] & 0x7F) << (7 * i);
            if (message[i] < 0x80)
            {
                message = message[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
