using System.Buffers.Binary;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Bolt;

/// <summary>
/// Frames of SOFA Bolt, of both versions: a fixed head, the class of the content, a header map, the content, which is opaque
/// here. Numbers are big endian. A connection may carry both, and each frame is answered in its own.
/// </summary>
/// <remarks>
/// <code>
///   1  0 protocol                1 type  2 command:2  4 version  5 id:4   9 serialization             10 value  then lengths
///   2  0 protocol  1 framing     2 type  3 command:2  5 version  6 id:4  10 serialization  11 switch  12 value  then lengths
/// </code>
/// The value is a request's timeout:4 or a response's status:2, the lengths are those of class:2, map:2 and content:4. A frame
/// of version 2 whose framing is 2 and whose switch has its lowest bit set ends with a CRC-32 of all before it, which no
/// length counts: SOFABolt sets the switch at framing 1, too, and sends no checksum then.
/// </remarks>
internal static class BoltFormat
{
    /// <summary>The protocol's first version, and the first byte of its frames.</summary>
    public const byte V1 = 1;

    /// <summary>The second.</summary>
    public const byte V2 = 2;

    /// <summary>Bytes of a frame without class, map and content, checksum included.</summary>
    public const int OwnFrameLengthMax = 32;

    private const byte CommandVersion = 1;
    private const byte Hessian = 1;
    private const int ResponseSize = 20;
    private const int ChecksumSize = 4;

    /// <summary>The serialization of a frame's <see cref="FrameHead.Form"/>; below it are switch, framing and protocol.</summary>
    private const int SerializationShift = 24;
    private const int SwitchShift = 16;
    private const int FramingShift = 8;

    private enum Type : byte
    {
        Response = 0,
        Request = 1,
        OneWay = 2,
    }

    private enum Command : ushort
    {
        Heartbeat = 0,
        Request = 1,
        Response = 2,
        GoAway = 100,
    }

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (input.IsEmpty)
        {
            return DecodeStatus.NeedMore;
        }
        byte protocol = input[0];
        if (protocol is not (V1 or V2))
        {
            return DecodeStatus.Malformed;
        }
        int shift = protocol - V1; // Every field of version 2 lies behind one more byte, those behind the switch two.
        bool hasType = input.Length > shift + 1;
        if ((hasType && input[shift + 1] > (byte)Type.OneWay)
            || (protocol == V2 && input.Length > 1 && input[1] is not (1 or 2))
            || (protocol == V2 && input.Length > 11 && input[11] > sbyte.MaxValue))
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < ResponseSize + (2 * shift))
        {
            return DecodeStatus.NeedMore;
        }
        bool isResponse = (Type)input[shift + 1] == Type.Response;
        int size = SizeOf(protocol, isResponse);
        return input.Length < size ? DecodeStatus.NeedMore : ScanWhole(input, head, protocol, isResponse, size);
    }

    public static bool Inspect(FrameHead head, ReadOnlySpan<byte> frame) =>
        head.TrailerLength == 0
        || Crc32.Append(0, frame[..^ChecksumSize]) == BinaryPrimitives.ReadUInt32BigEndian(frame[^ChecksumSize..]);

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        ReadOnlySpan<byte> map = head.Bytes.Slice(head.FieldsStart, head.FieldsLength);
        method = BoltFields.Find(map, "sofa_head_method_name"u8);
        service = BoltFields.Find(map, "sofa_head_target_service"u8);
        if (service.IsEmpty)
        {
            service = BoltFields.Find(map, "service"u8);
        }
        return !service.IsEmpty;
    }

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) => fields is null
        ? head.HeadLength
        : head.FieldsStart + BoltFields.MaxLength(head.Bytes.Slice(head.FieldsStart, head.FieldsLength), fields);

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        ReadOnlySpan<byte> frame = head.Bytes;
        int length = head.HeadLength;
        if (fields is null)
        {
            frame[..length].CopyTo(room);
        }
        else
        {
            frame[..head.FieldsStart].CopyTo(room);
            int map = BoltFields.Write(
                frame.Slice(head.FieldsStart, head.FieldsLength), fields, room[head.FieldsStart..]);
            if (map > BoltFields.BytesMax)
            {
                return 0;
            }
            BinaryPrimitives.WriteUInt16BigEndian(room[(SizeOf(room) - 6)..], (ushort)map);
            length = head.FieldsStart + map;
        }
        BinaryPrimitives.WriteUInt32BigEndian(room[(4 + frame[0])..], (uint)id);
        return length;
    }

    /// <summary>Of a failure that was one of HTTP before, the very status, so that a 404 is not taken for a host that fails.</summary>
    public static int HttpStatusOf(FrameHead response)
    {
        int status = BoltStatuses.ToHttp(response.Status);
        return status == 200 || response.Source is null || response.FieldsLength == 0
            ? status
            : MosnFields.StatusOf(
                BoltFields.Find(response.Bytes.Slice(response.FieldsStart, response.FieldsLength), MosnFields.Status), status);
    }

    /// <summary>In a frame of version 2 with framing 1, which has no checksum.</summary>
    public static int WriteCall(byte protocol, in FrameCall call, Span<byte> room)
    {
        int size = SizeOf(protocol, isResponse: false);
        room[..size].Clear();
        int form = protocol | (1 << FramingShift) | (call.Serialization << SerializationShift);
        WriteStart(form, call.IsOneWay ? Type.OneWay : Type.Request, Command.Request, id: 0, room);
        int timeoutMs = call.TimeoutMs <= 0 ? -1 : (int)Math.Min(call.TimeoutMs, int.MaxValue);
        BinaryPrimitives.WriteInt32BigEndian(room[(size - 12)..], timeoutMs);
        return PutClass(call.ContentClass, size, room);
    }

    /// <summary>In the version, the framing and the serialization of the call.</summary>
    public static int WriteAnswer(FrameHead call, int status, ReadOnlySpan<byte> contentClass, Span<byte> room)
    {
        int size = SizeOf((byte)call.Form, isResponse: true);
        room[..size].Clear();
        WriteStart(call.Form, Type.Response, Command.Response, call.Id, room);
        BinaryPrimitives.WriteUInt16BigEndian(room[(size - 10)..], (ushort)BoltStatuses.FromHttp(status));
        return PutClass(contentClass, size, room);
    }

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BinaryPrimitives.WriteInt32BigEndian(head[(SizeOf(head) - 4)..], contentLength);

    public static void WriteChecksum(uint checksum, Span<byte> room) =>
        BinaryPrimitives.WriteUInt32BigEndian(room, checksum);

    public static int WriteReply(FrameHead request, int status, Span<byte> room) =>
        WriteResponse(Command.Response, request, BoltStatuses.FromHttp(status), room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) =>
        WriteResponse(Command.Heartbeat, heartbeat, BoltStatus.Success, room);

    public static int WriteHeartbeat(byte protocol, ulong id, Span<byte> room) =>
        WriteRequest(protocol, Command.Heartbeat, id, timeoutMs: -1, room);

    public static int WriteGoAway(byte protocol, ulong id, Span<byte> room) =>
        WriteRequest(protocol, Command.GoAway, id, timeoutMs: 0, room);

    private static DecodeStatus ScanWhole(
        ReadOnlySpan<byte> input, FrameHead head, byte protocol, bool isResponse, int size)
    {
        int shift = protocol - V1;
        int framing = protocol == V2 ? input[1] : 1;
        int flags = protocol == V2 ? input[11] : 0;
        int classLength = BinaryPrimitives.ReadUInt16BigEndian(input[(size - 8)..]);
        int mapLength = BinaryPrimitives.ReadUInt16BigEndian(input[(size - 6)..]);
        long contentLength = BinaryPrimitives.ReadUInt32BigEndian(input[(size - 4)..]);
        int trailerLength = framing == 2 && (flags & 1) != 0 ? ChecksumSize : 0;
        long length = size + classLength + mapLength + contentLength + trailerLength;
        if (length > int.MaxValue)
        {
            return DecodeStatus.Malformed;
        }
        head.HeadLength = size + classLength + mapLength;
        head.TrailerLength = trailerLength;
        head.Length = (int)length;
        head.FieldsStart = size + classLength;
        head.FieldsLength = mapLength;
        if (input.Length < head.HeadLength)
        {
            return DecodeStatus.NeedMore;
        }
        Type type = (Type)input[shift + 1];
        Command command = (Command)BinaryPrimitives.ReadUInt16BigEndian(input[(shift + 2)..]);
        ReadOnlySpan<byte> value = input[(10 + (2 * shift))..];
        head.Id = BinaryPrimitives.ReadUInt32BigEndian(input[(shift + 5)..]);
        head.Kind = KindOf(type, command);
        head.Status = isResponse ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0;
        head.TimeoutMs = isResponse ? 0 : BinaryPrimitives.ReadInt32BigEndian(value);
        head.Form = protocol | (framing << FramingShift) | (flags << SwitchShift)
            | (input[shift + 9] << SerializationShift);
        head.IsBroken = !BoltFields.IsSound(input.Slice(head.FieldsStart, head.FieldsLength));
        return DecodeStatus.Complete;
    }

    private static FrameKind KindOf(Type type, Command command) => (type, command) switch
    {
        (Type.Response, Command.Heartbeat) => FrameKind.HeartbeatReply,
        (Type.Response, _) => FrameKind.Response,
        (_, Command.Heartbeat) => FrameKind.Heartbeat,
        (_, Command.GoAway) => FrameKind.GoAway,
        (Type.OneWay, _) => FrameKind.OneWay,
        _ => FrameKind.Request,
    };

    private static int SizeOf(byte protocol, bool isResponse) =>
        ResponseSize + (isResponse ? 0 : 2) + (2 * (protocol - V1));

    private static int SizeOf(ReadOnlySpan<byte> frame) => SizeOf(frame[0], (Type)frame[frame[0]] == Type.Response);

    private static int WriteRequest(byte protocol, Command command, ulong id, int timeoutMs, Span<byte> room)
    {
        int size = SizeOf(protocol, isResponse: false);
        room[..size].Clear();
        WriteStart(protocol | (1 << FramingShift) | (Hessian << SerializationShift), Type.Request, command, id, room);
        BinaryPrimitives.WriteInt32BigEndian(room[(size - 12)..], timeoutMs);
        return size;
    }

    private static int WriteResponse(Command command, FrameHead request, BoltStatus status, Span<byte> room)
    {
        byte protocol = (byte)request.Form;
        int size = SizeOf(protocol, isResponse: true);
        room[..size].Clear();
        WriteStart(request.Form, Type.Response, command, request.Id, room);
        BinaryPrimitives.WriteUInt16BigEndian(room[(size - 10)..], (ushort)status);
        if (request.TrailerLength == 0)
        {
            return size;
        }
        WriteChecksum(Crc32.Append(0, room[..size]), room[size..]);
        return size + ChecksumSize;
    }

    /// <param name="size">Bytes before the class.</param>
    /// <returns>Bytes with it.</returns>
    private static int PutClass(ReadOnlySpan<byte> contentClass, int size, Span<byte> room)
    {
        BinaryPrimitives.WriteUInt16BigEndian(room[(size - 8)..], (ushort)contentClass.Length);
        contentClass.CopyTo(room[size..]);
        return size + contentClass.Length;
    }

    private static void WriteStart(int form, Type type, Command command, ulong id, Span<byte> room)
    {
        byte protocol = (byte)form;
        int shift = protocol - V1;
        room[0] = protocol;
        if (protocol == V2)
        {
            room[1] = (byte)(form >> FramingShift);
            room[11] = (byte)(form >> SwitchShift);
        }
        room[shift + 1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(room[(shift + 2)..], (ushort)command);
        room[shift + 4] = CommandVersion;
        BinaryPrimitives.WriteUInt32BigEndian(room[(shift + 5)..], (uint)id);
        room[shift + 9] = (byte)(form >> SerializationShift);
    }
}
