using System.Buffers.Binary;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Bolt;

/// <summary>
/// SOFA Bolt, version 1: a fixed head, the class of the content, a header map, the content, which is opaque here. Numbers
/// are big endian.
/// </summary>
/// <remarks>
/// <code>
///   request   0 protocol  1 type  2 command:2  4 version  5 id:4  9 serialization  10 timeout:4  14 class:2  16 map:2  18 content:4
///   response  0 protocol  1 type  2 command:2  4 version  5 id:4  9 serialization  10 status:2   12 class:2  14 map:2  16 content:4
/// </code>
/// The class's length is a signed number in Java, so at most 32767.
/// </remarks>
public readonly struct BoltCodec : IFrameCodec<BoltCodec>
{
    private const byte Protocol = 1;
    private const byte Version = 1;
    private const byte Hessian = 1;
    private const int RequestSize = 22;
    private const int ResponseSize = 20;
    private const int IdAt = 5;

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

    public static string Name => "bolt";

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) =>
        start.IsEmpty ? ProtocolMatch.More : start[0] == Protocol ? ProtocolMatch.Yes : ProtocolMatch.No;

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (!input.IsEmpty && input[0] != Protocol)
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < ResponseSize)
        {
            return input.Length > 1 && input[1] > (byte)Type.OneWay ? DecodeStatus.Malformed : DecodeStatus.NeedMore;
        }
        Type type = (Type)input[1];
        bool isResponse = type == Type.Response;
        int size = isResponse ? ResponseSize : RequestSize;
        if (type > Type.OneWay)
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < size)
        {
            return DecodeStatus.NeedMore;
        }
        int classLength = BinaryPrimitives.ReadUInt16BigEndian(input[(size - 8)..]);
        int mapLength = BinaryPrimitives.ReadUInt16BigEndian(input[(size - 6)..]);
        long contentLength = BinaryPrimitives.ReadUInt32BigEndian(input[(size - 4)..]);
        long length = size + classLength + mapLength + contentLength;
        if (length > int.MaxValue)
        {
            return DecodeStatus.Malformed;
        }
        head.HeadLength = size + classLength + mapLength;
        head.Length = (int)length;
        head.FieldsStart = size + classLength;
        head.FieldsLength = mapLength;
        if (input.Length < Math.Min(head.HeadLength, head.Length))
        {
            return DecodeStatus.NeedMore;
        }
        Command command = (Command)BinaryPrimitives.ReadUInt16BigEndian(input[2..]);
        head.Id = BinaryPrimitives.ReadUInt32BigEndian(input[IdAt..]);
        head.Kind = KindOf(type, command);
        head.Status = isResponse ? BinaryPrimitives.ReadUInt16BigEndian(input[10..]) : 0;
        head.TimeoutMs = isResponse ? 0 : BinaryPrimitives.ReadInt32BigEndian(input[10..]);
        head.TrailerLength = 0;
        head.IsBroken = !BoltFields.IsSound(input.Slice(head.FieldsStart, head.FieldsLength));
        return DecodeStatus.Complete;
    }

    public static bool TryReadFields(FrameHead head, HeaderBlock fields) =>
        BoltFields.TryRead(head.Bytes.Slice(head.FieldsStart, head.FieldsLength), fields);

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
        int size = head.Kind is FrameKind.Response or FrameKind.HeartbeatReply ? ResponseSize : RequestSize;
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
            BinaryPrimitives.WriteUInt16BigEndian(room[(size - 6)..], (ushort)map);
            length = head.FieldsStart + map;
        }
        BinaryPrimitives.WriteUInt32BigEndian(room[IdAt..], (uint)id);
        return length;
    }

    public static void SetContentLength(Span<byte> head, int contentLength)
    {
        int size = (Type)head[1] == Type.Response ? ResponseSize : RequestSize;
        BinaryPrimitives.WriteInt32BigEndian(head[(size - 4)..], contentLength);
    }

    public static int WriteReply(FrameHead request, int status, Span<byte> room) => WriteResponse(
        Command.Response, request.Id, SerializationOf(request), BoltStatuses.FromHttp(status), room);

    public static int WriteHeartbeat(ulong id, Span<byte> room) =>
        WriteRequest(Command.Heartbeat, id, timeoutMs: -1, room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) =>
        WriteResponse(Command.Heartbeat, heartbeat.Id, Hessian, BoltStatus.Success, room);

    public static int WriteGoAway(ulong id, Span<byte> room) => WriteRequest(Command.GoAway, id, timeoutMs: 0, room);

    public static int HttpStatusOf(FrameHead response) => BoltStatuses.ToHttp(response.Status);

    private static FrameKind KindOf(Type type, Command command) => (type, command) switch
    {
        (Type.Response, Command.Heartbeat) => FrameKind.HeartbeatReply,
        (Type.Response, _) => FrameKind.Response,
        (_, Command.Heartbeat) => FrameKind.Heartbeat,
        (_, Command.GoAway) => FrameKind.GoAway,
        (Type.OneWay, _) => FrameKind.OneWay,
        _ => FrameKind.Request,
    };

    private static byte SerializationOf(FrameHead request) => request.Source is null ? Hessian : request.Bytes[9];

    private static int WriteRequest(Command command, ulong id, int timeoutMs, Span<byte> room)
    {
        room[..RequestSize].Clear();
        room[1] = (byte)Type.Request;
        WriteStart(command, id, Hessian, room);
        BinaryPrimitives.WriteInt32BigEndian(room[10..], timeoutMs);
        return RequestSize;
    }

    private static int WriteResponse(
        Command command, ulong id, byte serialization, BoltStatus status, Span<byte> room)
    {
        room[..ResponseSize].Clear();
        room[1] = (byte)Type.Response;
        WriteStart(command, id, serialization, room);
        BinaryPrimitives.WriteUInt16BigEndian(room[10..], (ushort)status);
        return ResponseSize;
    }

    private static void WriteStart(Command command, ulong id, byte serialization, Span<byte> room)
    {
        room[0] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], (ushort)command);
        room[4] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(room[IdAt..], (uint)id);
        room[9] = serialization;
    }
}
