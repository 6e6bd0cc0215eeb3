using System.Buffers.Binary;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Dubbo;

/// <summary>
/// Dubbo 2: a fixed head, and a payload in a serialization that the head names. Of calls in Hessian 2 the fields are read; the
/// payloads of other serializations pass unread.
/// </summary>
/// <remarks>
/// <code>
///   0 magic:2   2 flags   3 status   4 id:8   12 payload length:4   16 payload
/// </code>
/// Flags: 80 request, 40 wants an answer, 20 event, and the serialization. An event is a heartbeat if it wants an answer, whatever
/// it carries, as Dubbo has it; a host that closes says "R", for read-only.
/// </remarks>
public readonly struct DubboCodec : IFrameCodec<DubboCodec>
{
    private const ushort Magic = 0xDABB;
    private const int HeadSize = 16;
    private const int IdAt = 4;
    private const int LengthAt = 12;
    private const byte Request = 0x80;
    private const byte TwoWay = 0x40;
    private const byte Event = 0x20;
    private const byte SerializationMask = 0x1F;
    private const byte Hessian2 = 2;
    private const byte Null = (byte)'N';

    /// <summary>A response's payload begins so, if a value follows.</summary>
    private const byte WithValue = 0x91;

    /// <summary>As that, if an exception follows.</summary>
    private const byte WithException = 0x90;

    /// <summary>As that, if an exception and attachments follow.</summary>
    private const byte WithExceptionAndAttachments = 0x93;

    public static string Name => "dubbo";

    /// <summary>The payload of the event, a text.</summary>
    private static ReadOnlySpan<byte> ReadOnly => "\u0001R"u8;

    public static int OwnFrameLengthMax => HeadSize + 2 + ReplyText.LengthMax;

    /// <summary>Of a call the attachments lie behind all arguments, and routes may look at them.</summary>
    public static bool MayStream(FrameHead head) => head.Kind == FrameKind.Response;

    /// <summary>A server of Java says so before it closes.</summary>
    public static bool SaysGoAway => true;

    /// <summary>MOSN waits for a whole head, though two bytes tell.</summary>
    public static ProtocolMatch Match(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> magic = [Magic >> 8, Magic & 0xFF];
        int length = Math.Min(start.Length, magic.Length);
        return !start[..length].SequenceEqual(magic[..length]) ? ProtocolMatch.No
            : start.Length < magic.Length ? ProtocolMatch.More
            : ProtocolMatch.Yes;
    }

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (Match(input) == ProtocolMatch.No)
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < HeadSize)
        {
            return DecodeStatus.NeedMore;
        }
        int length = BinaryPrimitives.ReadInt32BigEndian(input[LengthAt..]);
        if (length is < 0 or > int.MaxValue - HeadSize)
        {
            return DecodeStatus.Malformed;
        }
        byte flags = input[2];
        head.Length = HeadSize + length;
        head.HeadLength = HeadSize;
        head.Id = BinaryPrimitives.ReadUInt64BigEndian(input[IdAt..]);
        head.Form = flags;
        head.Status = (flags & Request) == 0 ? input[3] : 0;
        head.TimeoutMs = 0;
        head.TrailerLength = head.FieldsStart = head.FieldsLength = head.TailLength = 0;
        head.IsBroken = false;
        if ((flags & Event) == 0)
        {
            head.Kind = (flags & Request) == 0 ? FrameKind.Response
                : (flags & TwoWay) == 0 ? FrameKind.OneWay
                : FrameKind.Request;
            return DecodeStatus.Complete;
        }
        int seen = Math.Min(length, 2);
        if (input.Length < HeadSize + seen)
        {
            return DecodeStatus.NeedMore;
        }
        head.Kind = (flags & Request) == 0 ? FrameKind.HeartbeatReply
            : input.Slice(HeadSize, seen).SequenceEqual(ReadOnly) && length == ReadOnly.Length ? FrameKind.GoAway
            : (flags & TwoWay) != 0 ? FrameKind.Heartbeat
            : FrameKind.Ignored;
        return DecodeStatus.Complete;
    }

    public static bool Inspect(FrameHead head, ReadOnlySpan<byte> frame)
    {
        if (head.Kind is FrameKind.Request or FrameKind.OneWay && (head.Form & SerializationMask) == Hessian2)
        {
            int length = DubboFields.ReadNames(frame[HeadSize..], out _);
            head.IsBroken = length == 0;
            head.FieldsStart = HeadSize;
            head.FieldsLength = length;
            head.HeadLength = HeadSize + length;
        }
        return true;
    }

    public static bool TryReadFields(FrameHead head, HeaderBlock fields)
    {
        if (head.FieldsLength == 0)
        {
            return true; // A response, or a payload that cannot be read here.
        }
        DubboFields.ReadNames(head.Bytes[HeadSize..], out DubboNames names);
        fields.TryAdd("dubbo"u8, names.Protocol);
        fields.TryAdd("service"u8, names.Service);
        if (!names.IsVersionNull)
        {
            fields.TryAdd("version"u8, names.Version);
        }
        fields.TryAdd("method"u8, names.Method);
        head.TailLength = DubboFields.ReadAttachments(head.Bytes[head.HeadLength..], fields);
        return true;
    }

    public static FieldSearch FindField(FrameHead head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (head.FieldsLength == 0)
        {
            return FieldSearch.Absent;
        }
        if (!DubboFields.IsName(name))
        {
            // The attachments lie behind all arguments: who wants one of them gets them all, and the way is gone once.
            return DubboFields.IsForeign(name) ? FieldSearch.Absent : FieldSearch.Unknown;
        }
        DubboFields.ReadNames(head.Bytes[HeadSize..], out DubboNames names);
        return names.TryGet(name, out value) ? FieldSearch.Found : FieldSearch.Absent;
    }

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = method = default;
        if (head.FieldsLength == 0)
        {
            return false;
        }
        DubboFields.ReadNames(head.Bytes[HeadSize..], out DubboNames names);
        service = names.Service;
        method = names.Method;
        return true;
    }

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) =>
        head.HeadLength + (fields is null ? 0 : (2 * fields.WireBytesMax) + 12);

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        int length = head.HeadLength;
        head.Bytes[..length].CopyTo(room);
        if (fields is not null && head.FieldsLength > 0)
        {
            length = WriteNames(head, fields, room);
        }
        BinaryPrimitives.WriteUInt64BigEndian(room[IdAt..], id);
        return length;
    }

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BinaryPrimitives.WriteInt32BigEndian(head[LengthAt..], head.Length - HeadSize + contentLength);

    public static int MaxTailLength(FrameHead head, HeaderBlock fields) =>
        head.TailLength + (2 * fields.WireBytesMax) + (6 * fields.Count) + 2;

    public static int WriteTail(FrameHead head, HeaderBlock fields, Span<byte> room) =>
        DubboFields.WriteAttachments(head.Bytes[^head.TailLength..], fields, room);

    public static int WriteReply(FrameHead request, int status, Span<byte> room)
    {
        DubboStatus own = DubboStatuses.FromHttp(status);
        int at = WriteStart(0, own, request.Id, room);
        if (own == DubboStatus.Ok)
        {
            room[at++] = WithValue; // Consumers read errors as a text alone, and this not.
        }
        at += Hessian2Text.Write(ReplyText.Of(status), room[at..]);
        BinaryPrimitives.WriteInt32BigEndian(room[LengthAt..], at - HeadSize);
        return at;
    }

    public static int WriteHeartbeat(ulong id, Span<byte> room)
    {
        int at = WriteStart(Request | TwoWay | Event, DubboStatus.None, id, room);
        room[at] = Null;
        return at + 1;
    }

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room)
    {
        // One null, where MOSN sends two, which Java takes for another event.
        int at = WriteStart(Event, DubboStatus.Ok, heartbeat.Id, room);
        room[at] = Null;
        return at + 1;
    }

    /// <summary>Read-only, as a Java server says before it closes: its consumers call others.</summary>
    public static int WriteGoAway(ulong id, Span<byte> room)
    {
        int at = WriteStart(Request | Event, DubboStatus.None, id, room);
        ReadOnly.CopyTo(room[at..]);
        BinaryPrimitives.WriteInt32BigEndian(room[LengthAt..], ReadOnly.Length);
        return at + ReadOnly.Length;
    }

    public static int HttpStatusOf(FrameHead response) => DubboStatuses.ToHttp(response.Status);

    public static ulong NextId(ulong id) => id + 1;

    /// <summary>
    /// True if the answer is an exception that the service has thrown, which Java sends with status OK. False where the payload
    /// does not say.
    /// </summary>
    public static bool IsException(FrameHead response) =>
        (DubboStatus)response.Status == DubboStatus.Ok
        && (response.Form & SerializationMask) == Hessian2
        && response.Source is { FrameBytes: { Length: > HeadSize } frame }
        && frame[HeadSize] is WithException or WithExceptionAndAttachments;

    /// <summary>
    /// False if the answer may be that of a server which has no such service or method: a Java server's are of these statuses.
    /// </summary>
    public static bool ShowsThatMethodExists(FrameHead response) => (DubboStatus)response.Status is not
        (DubboStatus.BadRequest or DubboStatus.ServiceNotFound or DubboStatus.ServiceError);

    /// <summary>Writes the head of a frame in Hessian 2 whose payload has one byte.</summary>
    private static int WriteStart(byte flags, DubboStatus status, ulong id, Span<byte> room)
    {
        BinaryPrimitives.WriteUInt16BigEndian(room, Magic);
        room[2] = (byte)(flags | Hessian2);
        room[3] = (byte)status;
        BinaryPrimitives.WriteUInt64BigEndian(room[IdAt..], id);
        BinaryPrimitives.WriteInt32BigEndian(room[LengthAt..], 1);
        return HeadSize;
    }

    /// <summary>Writes the four texts as the fields say; one that is gone stays as it was.</summary>
    /// <returns>Bytes up to there; 0: one is too long.</returns>
    private static int WriteNames(FrameHead head, HeaderBlock fields, Span<byte> room)
    {
        DubboFields.ReadNames(head.Bytes[HeadSize..], out DubboNames names);
        int at = HeadSize;
        return TryWrite("dubbo"u8, names.Protocol, fields, room, ref at)
            && TryWrite("service"u8, names.Service, fields, room, ref at)
            && TryWriteVersion(names, fields, room, ref at)
            && TryWrite("method"u8, names.Method, fields, room, ref at) ? at : 0;
    }

    private static bool TryWriteVersion(DubboNames names, HeaderBlock fields, Span<byte> room, ref int at)
    {
        if (names.IsVersionNull && fields.IndexOf("version"u8) < 0)
        {
            room[at++] = Null;
            return true;
        }
        return TryWrite("version"u8, names.Version, fields, room, ref at);
    }

    private static bool TryWrite(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> old, HeaderBlock fields, Span<byte> room, ref int at)
    {
        ReadOnlySpan<byte> value = fields.TryGet(name, out ReadOnlySpan<byte> changed) ? changed : old;
        int length = Hessian2Text.Write(value, room[at..]);
        at += length;
        return length > 0;
    }
}
