using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mosn.Bench.Load;

/// <summary>Both ends of calls of SOFA Bolt, as far as a benchmark needs them.</summary>
internal static class BoltCalls
{
    /// <summary>What is called.</summary>
    public const string Service = "bench.Echo:1.0";

    private const int RequestSize = 22;
    private const int ResponseSize = 20;
    private const int IdAt = 5;

    /// <summary>A call whose id is still to be set.</summary>
    public static byte[] Call(int contentBytes)
    {
        ReadOnlySpan<byte> type = "com.alipay.sofa.rpc.core.request.SofaRequest"u8;
        byte[] fields = [.. Text("service"), .. Text(Service)];
        byte[] frame = new byte[RequestSize + type.Length + fields.Length + contentBytes];
        frame[0] = frame[1] = frame[3] = frame[4] = frame[9] = 1;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(10), 5000);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(14), (ushort)type.Length);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(16), (ushort)fields.Length);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(18), contentBytes);
        type.CopyTo(frame.AsSpan(RequestSize));
        fields.CopyTo(frame, RequestSize + type.Length);
        return frame;
    }

    public static void SetId(Span<byte> frame, uint id) => BinaryPrimitives.WriteUInt32BigEndian(frame[IdAt..], id);

    /// <summary>Answers every call with its content.</summary>
    public static void Serve(Socket socket)
    {
        byte[] input = new byte[256 * 1024];
        byte[] output = new byte[256 * 1024];
        int length = 0;
        while (true)
        {
            int received = socket.Receive(input.AsSpan(length));
            if (received == 0)
            {
                return;
            }
            length += received;
            int at = 0;
            int written = 0;
            while (length - at >= RequestSize)
            {
                ReadOnlySpan<byte> frame = input.AsSpan(at, length - at);
                int head = RequestSize + BinaryPrimitives.ReadUInt16BigEndian(frame[14..])
                    + BinaryPrimitives.ReadUInt16BigEndian(frame[16..]);
                int content = BinaryPrimitives.ReadInt32BigEndian(frame[18..]);
                if (frame.Length < head + content)
                {
                    break;
                }
                if (output.Length - written < ResponseSize + content)
                {
                    socket.Send(output.AsSpan(0, written));
                    written = 0;
                }
                Answer(frame, frame.Slice(head, content), output.AsSpan(written));
                written += ResponseSize + content;
                at += head + content;
            }
            input.AsSpan(at, length - at).CopyTo(input);
            length -= at;
            if (written > 0)
            {
                socket.Send(output.AsSpan(0, written));
            }
        }
    }

    /// <summary>Makes one call and waits for its answer. Throws if it is another one's, or an error.</summary>
    public static void Exchange(Socket socket, byte[] call, byte[] answer)
    {
        socket.Send(call);
        int content = BinaryPrimitives.ReadInt32BigEndian(call.AsSpan(18));
        for (int received = 0; received < ResponseSize + content;)
        {
            int length = socket.Receive(answer.AsSpan(received));
            received += length > 0 ? length : throw new SocketException((int)SocketError.ConnectionReset);
        }
        bool isOurs = answer.AsSpan(IdAt, 4).SequenceEqual(call.AsSpan(IdAt, 4)) && answer[10] + answer[11] == 0;
        if (!isOurs)
        {
            throw new SocketException((int)SocketError.ProtocolNotSupported);
        }
    }

    private static void Answer(ReadOnlySpan<byte> call, ReadOnlySpan<byte> content, Span<byte> room)
    {
        room[..ResponseSize].Clear();
        room[0] = room[4] = room[9] = 1;
        room[3] = 2;
        call.Slice(IdAt, 4).CopyTo(room[IdAt..]);
        BinaryPrimitives.WriteInt32BigEndian(room[16..], content.Length);
        content.CopyTo(room[ResponseSize..]);
    }

    private static byte[] Text(string text)
    {
        byte[] bytes = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, bytes.AsSpan(4));
        return bytes;
    }
}
