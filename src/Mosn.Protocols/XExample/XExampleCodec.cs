using System.Buffers.Binary;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.XExample;

/// <summary>
/// The protocol of MOSN's tutorial, and the smallest complete example of a codec: what it takes to make a protocol of frames
/// known, and nothing else. Numbers are big endian.
/// </summary>
/// <remarks>
/// <code>
///   request    0 magic  1 type  2 direction 0  3 id:4  7 payload length:4            11 payload
///   response   0 magic  1 type  2 direction 1  3 id:4  7 status:2  9 payload length:4  13 payload
/// </code>
/// </remarks>
public readonly struct XExampleCodec : IFrameCodec<XExampleCodec>
{
    private const byte Magic = (byte)'x';
    private const int RequestSize = 11;
    private const int ResponseSize = 13;
    private const int IdAt = 3;
    private const int StatusAt = 7;

    private enum Type : byte
    {
        Heartbeat = 0,
        Message = 1,
        GoAway = 2,
    }

    private enum Direction : byte
    {
        Request = 0,
        Response = 1,
    }

    private enum Status : ushort
    {
        Ok = 0,
        Error = 1,
    }

    public static string Name => "x_example";

    public static bool MayStream(FrameHead head) => true;

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) =>
        (start.Length > 0 && start[0] != Magic)
        || (start.Length > 1 && start[1] > (byte)Type.GoAway)
        || (start.Length > 2 && start[2] > (byte)Direction.Response) ? ProtocolMatch.No
        : start.Length < IdAt ? ProtocolMatch.More
        : ProtocolMatch.Yes;

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (Match(input) == ProtocolMatch.No)
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < RequestSize)
        {
            return DecodeStatus.NeedMore;
        }
        bool isResponse = (Direction)input[2] == Direction.Response;
        int size = isResponse ? ResponseSize : RequestSize;
        if (input.Length < size)
        {
            return DecodeStatus.NeedMore;
        }
        if (!head.TrySetLengths(size, BinaryPrimitives.ReadInt32BigEndian(input[(size - 4)..])))
        {
            return DecodeStatus.Malformed;
        }
        head.Id = BinaryPrimitives.ReadUInt32BigEndian(input[IdAt..]);
        head.Status = isResponse ? BinaryPrimitives.ReadUInt16BigEndian(input[StatusAt..]) : 0;
        head.TimeoutMs = isResponse ? 0 : -1;
        head.Kind = ((Type)input[1], isResponse) switch
        {
            (Type.Heartbeat, false) => FrameKind.Heartbeat,
            (Type.Heartbeat, true) => FrameKind.HeartbeatReply,
            (Type.GoAway, _) => FrameKind.GoAway,
            (_, true) => FrameKind.Response,
            _ => FrameKind.Request,
        };
        return DecodeStatus.Complete;
    }

    public static void SetId(Span<byte> head, ulong id) => BinaryPrimitives.WriteUInt32BigEndian(head[IdAt..], (uint)id);

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BinaryPrimitives.WriteInt32BigEndian(head[^4..], contentLength);

    public static int WriteReply(FrameHead request, int status, Span<byte> room) =>
        WriteResponse(Type.Message, request.Id, status is >= 200 and < 300 ? Status.Ok : Status.Error, room);

    public static int WriteHeartbeat(ulong id, Span<byte> room) => WriteRequest(Type.Heartbeat, id, room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) =>
        WriteResponse(Type.Heartbeat, heartbeat.Id, Status.Ok, room);

    public static int WriteGoAway(ulong id, Span<byte> room) => WriteRequest(Type.GoAway, id, room);

    public static int HttpStatusOf(FrameHead response) => (Status)response.Status == Status.Ok ? 200 : 500;

    private static int WriteRequest(Type type, ulong id, Span<byte> room)
    {
        WriteStart(type, Direction.Request, id, room[..RequestSize]);
        return RequestSize;
    }

    private static int WriteResponse(Type type, ulong id, Status status, Span<byte> room)
    {
        WriteStart(type, Direction.Response, id, room[..ResponseSize]);
        BinaryPrimitives.WriteUInt16BigEndian(room[StatusAt..], (ushort)status);
        return ResponseSize;
    }

    private static void WriteStart(Type type, Direction direction, ulong id, Span<byte> room)
    {
        room.Clear();
        room[0] = Magic;
        room[1] = (byte)type;
        room[2] = (byte)direction;
        SetId(room, id);
    }
}
