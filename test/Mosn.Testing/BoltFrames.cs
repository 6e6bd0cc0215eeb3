using System.Buffers.Binary;
using System.Text;

namespace Mosn.Testing;

/// <summary>Frames of Bolt, made by hand.</summary>
public static class BoltFrames
{
    /// <summary>The class of the content of calls.</summary>
    public const string Class = "com.alipay.sofa.rpc.core.request.SofaRequest";

    /// <summary>A call.</summary>
    /// <param name="type">1: it wants an answer; 2: it does not.</param>
    public static byte[] Request(
        uint id, string content = "", int timeoutMs = 3000, byte type = 1, params (string Name, string Value)[] fields)
    {
        byte[] map = Map(fields);
        byte[] head = new byte[22];
        head[0] = 1;
        head[1] = type;
        head[3] = 1;
        head[4] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(5), id);
        head[9] = 1;
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(10), timeoutMs);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(14), (ushort)Class.Length);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), (ushort)map.Length);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(18), content.Length);
        return [.. head, .. Encoding.Latin1.GetBytes(Class), .. map, .. Encoding.Latin1.GetBytes(content)];
    }

    /// <summary>An answer.</summary>
    public static byte[] Response(uint id, string content = "", ushort status = 0) => Response(id, content, status, []);

    /// <summary>An answer with fields.</summary>
    public static byte[] Response(uint id, string content, ushort status, params (string Name, string Value)[] fields)
    {
        byte[] map = Map(fields);
        byte[] head = new byte[20];
        head[0] = 1;
        head[3] = 2;
        head[4] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(5), id);
        head[9] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(10), status);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(14), (ushort)map.Length);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(16), content.Length);
        return [.. head, .. map, .. Encoding.Latin1.GetBytes(content)];
    }

    /// <summary>A heartbeat of SOFABolt's.</summary>
    public static byte[] Heartbeat(uint id)
    {
        byte[] frame = new byte[22];
        frame[0] = frame[1] = frame[4] = frame[9] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), id);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(10), -1);
        return frame;
    }

    /// <summary>What answers it.</summary>
    public static byte[] HeartbeatReply(uint id)
    {
        byte[] frame = Response(id);
        frame[3] = 0;
        return frame;
    }

    /// <summary>A goodbye, as MOSN has it.</summary>
    public static byte[] GoAway(uint id)
    {
        byte[] frame = Heartbeat(id);
        frame[3] = 100;
        return frame;
    }

    /// <summary>The id of a frame.</summary>
    public static uint IdOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt32BigEndian(frame[5..]);

    /// <summary>The status of an answer.</summary>
    public static int StatusOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[10..]);

    /// <summary>Bytes of the frame that begins there; 0: that is not known yet.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        int size = bytes.Length > 1 && bytes[1] == 0 ? 20 : 22;
        return bytes.Length < size
            ? 0
            : size + BinaryPrimitives.ReadUInt16BigEndian(bytes[(size - 8)..])
                + BinaryPrimitives.ReadUInt16BigEndian(bytes[(size - 6)..])
                + BinaryPrimitives.ReadInt32BigEndian(bytes[(size - 4)..]);
    }

    /// <summary>The content of a frame.</summary>
    public static ReadOnlySpan<byte> ContentOf(ReadOnlySpan<byte> frame) =>
        frame[^BinaryPrimitives.ReadInt32BigEndian(frame[(frame[1] == 0 ? 16 : 18)..])..];

    /// <summary>Takes the bytes apart into frames.</summary>
    public static List<byte[]> Split(ReadOnlySpan<byte> bytes)
    {
        List<byte[]> frames = [];
        while (!bytes.IsEmpty)
        {
            int length = LengthOf(bytes);
            frames.Add(bytes[..length].ToArray());
            bytes = bytes[length..];
        }
        return frames;
    }

    /// <summary>A header map.</summary>
    public static byte[] Map(params (string Name, string Value)[] fields)
    {
        MemoryStream map = new();
        foreach ((string name, string value) in fields)
        {
            Put(map, name);
            Put(map, value);
        }
        return map.ToArray();
    }

    private static void Put(MemoryStream map, string text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        map.Write(length);
        map.Write(Encoding.Latin1.GetBytes(text));
    }
}
