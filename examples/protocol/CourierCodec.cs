using System.Buffers.Binary;
using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace CourierExample;

/// <summary><c>courier</c>: a small RPC protocol, all of it. Numbers are big endian.</summary>
/// <remarks>
/// <code>
///   0 magic C0DE   2 kind   3 status   4 id:4   8 timeout in ms:4   12 service length   13 method length   14 content length:4
///   18 service     method   content
/// </code>
/// </remarks>
public readonly struct CourierCodec : IFrameCodec<CourierCodec>
{
    private const int FixedSize = 18;
    private const int KindAt = 2;
    private const int StatusAt = 3;
    private const int IdAt = 4;
    private const int TimeoutAt = 8;
    private const int ServiceLengthAt = 12;
    private const int MethodLengthAt = 13;
    private const int ContentLengthAt = 14;

    private enum Kind : byte
    {
        Call = 1,
        Cast = 2, // A call that wants no answer.
        Answer = 3,
        Ping = 4,
        Pong = 5,
        Bye = 6,
    }

    private enum Status : byte
    {
        Ok = 0,
        NoService = 1,
        Busy = 2,
        TooLate = 3,
        BadCall = 4,
        Failed = 5,
    }

    private static ReadOnlySpan<byte> Start => [0xC0, 0xDE];

    // ---- What a protocol must say.

    public static string Name => "courier";

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) => Magic.Match(start, Start);

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (Match(input) == ProtocolMatch.No
            || (input.Length > KindAt && (Kind)input[KindAt] is < Kind.Call or > Kind.Bye))
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < FixedSize)
        {
            return DecodeStatus.NeedMore;
        }
        int headLength = FixedSize + input[ServiceLengthAt] + input[MethodLengthAt];
        if (!head.TrySetLengths(headLength, BinaryPrimitives.ReadUInt32BigEndian(input[ContentLengthAt..])))
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < headLength)
        {
            return DecodeStatus.NeedMore;
        }
        head.Kind = (Kind)input[KindAt] switch
        {
            Kind.Call => FrameKind.Request,
            Kind.Cast => FrameKind.OneWay,
            Kind.Answer => FrameKind.Response,
            Kind.Ping => FrameKind.Heartbeat,
            Kind.Pong => FrameKind.HeartbeatReply,
            _ => FrameKind.GoAway,
        };
        head.Id = BinaryPrimitives.ReadUInt32BigEndian(input[IdAt..]);
        head.Status = input[StatusAt];
        head.TimeoutMs = BinaryPrimitives.ReadUInt32BigEndian(input[TimeoutAt..]);
        return DecodeStatus.Complete;
    }

    public static void SetId(Span<byte> head, ulong id) => BinaryPrimitives.WriteUInt32BigEndian(head[IdAt..], (uint)id);

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BinaryPrimitives.WriteInt32BigEndian(head[ContentLengthAt..], contentLength);

    public static bool MayStream(FrameHead head) => true; // Nothing is read of a frame's content.

    // ---- Answers of the proxy's own, and the statuses of others.

    public static int WriteReply(FrameHead request, int status, Span<byte> room) =>
        WriteOwn(Kind.Answer, FromHttp(status), request.Id, room);

    public static int HttpStatusOf(FrameHead response) => (Status)response.Status switch
    {
        Status.Ok => 200,
        Status.NoService => 404,
        Status.Busy => 503,
        Status.TooLate => 504,
        Status.BadCall => 400,
        _ => 500,
    };

    // ---- Heartbeats, and the word that says goodbye.

    public static int WriteHeartbeat(ulong id, Span<byte> room) => WriteOwn(Kind.Ping, Status.Ok, id, room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) =>
        WriteOwn(Kind.Pong, Status.Ok, heartbeat.Id, room);

    public static int WriteGoAway(ulong id, Span<byte> room) => WriteOwn(Kind.Bye, Status.Ok, id, room);

    public static bool SaysGoAway => true; // All peers know the word.

    // ---- What is called. Routes see it as the fields service and method, and may change both.

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        ReadOnlySpan<byte> frame = head.Bytes;
        service = frame.Slice(FixedSize, frame[ServiceLengthAt]);
        method = frame.Slice(FixedSize + service.Length, frame[MethodLengthAt]);
        return !service.IsEmpty;
    }

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) => FixedSize + (2 * byte.MaxValue);

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        TryGetNames(head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method);
        if (fields is not null && fields.TryGet("service"u8, out ReadOnlySpan<byte> newService))
        {
            service = newService;
        }
        if (fields is not null && fields.TryGet("method"u8, out ReadOnlySpan<byte> newMethod))
        {
            method = newMethod;
        }
        if (service.Length > byte.MaxValue || method.Length > byte.MaxValue)
        {
            return 0;
        }
        head.Bytes[..FixedSize].CopyTo(room);
        room[ServiceLengthAt] = (byte)service.Length;
        room[MethodLengthAt] = (byte)method.Length;
        service.CopyTo(room[FixedSize..]);
        method.CopyTo(room[(FixedSize + service.Length)..]);
        SetId(room, id);
        return FixedSize + service.Length + method.Length;
    }

    private static Status FromHttp(int status) => status switch
    {
        >= 200 and < 300 => Status.Ok,
        400 or 413 => Status.BadCall,
        404 or 502 => Status.NoService,
        408 or 504 => Status.TooLate,
        429 or 503 => Status.Busy,
        _ => Status.Failed,
    };

    private static int WriteOwn(Kind kind, Status status, ulong id, Span<byte> room)
    {
        room[..FixedSize].Clear();
        Start.CopyTo(room);
        room[KindAt] = (byte)kind;
        room[StatusAt] = (byte)status;
        SetId(room, id);
        return FixedSize;
    }
}
