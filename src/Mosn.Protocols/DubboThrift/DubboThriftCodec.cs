using System.Buffers.Binary;
using System.Buffers.Text;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.DubboThrift;

/// <summary>
/// Thrift as Dubbo wraps it: an envelope with the service's name and an id, and a message of Thrift in its strict binary
/// protocol, whose struct is opaque here. There are no heartbeats.
/// </summary>
/// <remarks>
/// <code>
///   0 length:4   4 magic:2   6 length again:4   10 head length:2   12 version   13 service:4+n   (path:4+m)   id:8   message
/// </code>
/// Lengths do not count the first four bytes; the head ends with the id, so that a path, which only requests of Dubbo 2.7.1
/// and later have, is found by what is left before it. MOSN takes the id from behind the service.
/// </remarks>
public readonly struct DubboThriftCodec : IFrameCodec<DubboThriftCodec>
{
    private const int LengthSize = 4;
    private const int MagicAt = 4;
    private const int LengthAgainAt = 6;
    private const int HeadLengthAt = 10;
    private const int VersionAt = 12;
    private const int ServiceAt = 13;
    private const int IdSize = 8;
    private const int FixedSize = ServiceAt + 4;
    private const byte Version = 1;

    public static string Name => "dubbo-thrift";

    public static bool MayStream(FrameHead head) => true;

    /// <summary>A frame that begins a connection has less than 16 MiB; else a byte of anything would have to be waited on.</summary>
    public static ProtocolMatch Match(ReadOnlySpan<byte> start) =>
        (start.Length > 0 && start[0] != 0) || !MayHaveMagic(start) ? ProtocolMatch.No
        : start.Length < MagicAt + 2 ? ProtocolMatch.More
        : ProtocolMatch.Yes;

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (!MayHaveMagic(input))
        {
            return DecodeStatus.Malformed;
        }
        if (input.Length < FixedSize)
        {
            return DecodeStatus.NeedMore;
        }
        int length = BinaryPrimitives.ReadInt32BigEndian(input);
        int headEnd = LengthSize + BinaryPrimitives.ReadUInt16BigEndian(input[HeadLengthAt..]);
        uint serviceLength = BinaryPrimitives.ReadUInt32BigEndian(input[ServiceAt..]);
        if (length is < 0 or > int.MaxValue - LengthSize
            || BinaryPrimitives.ReadInt32BigEndian(input[LengthAgainAt..]) != length
            || input[VersionAt] != Version
            || headEnd > length + LengthSize
            || (long)FixedSize + serviceLength + IdSize > headEnd)
        {
            return DecodeStatus.Malformed;
        }
        head.Length = LengthSize + length;
        if (input.Length < headEnd)
        {
            return DecodeStatus.NeedMore;
        }
        DecodeStatus status = ThriftMessage.Read(input[headEnd..], head.Length - headEnd, out ThriftMessage message);
        if (status == DecodeStatus.NeedMore)
        {
            return status;
        }
        head.IsBroken = status == DecodeStatus.Malformed;
        head.Id = BinaryPrimitives.ReadUInt64BigEndian(input[(headEnd - IdSize)..]);
        head.Kind = message.Type switch
        {
            ThriftMessageType.Reply or ThriftMessageType.Exception => FrameKind.Response,
            ThriftMessageType.OneWay => FrameKind.OneWay,
            _ => FrameKind.Request,
        };
        head.Status = (int)message.Type;
        head.TimeoutMs = 0;
        head.TrailerLength = head.TailLength = 0;
        head.FieldsStart = headEnd;
        head.FieldsLength = head.IsBroken ? 0 : message.Length;
        head.HeadLength = headEnd + head.FieldsLength;
        return DecodeStatus.Complete;
    }

    public static bool TryReadFields(FrameHead head, HeaderBlock fields)
    {
        ThriftMessage message = MessageOf(head);
        Span<byte> digits = stackalloc byte[16];
        fields.TryAdd("service"u8, ServiceOf(head));
        fields.TryAdd("method"u8, message.Name);
        fields.TryAdd("seqId"u8, Decimal(message.Sequence, digits));
        fields.TryAdd("messageType"u8, Decimal((int)message.Type, digits));
        return true;
    }

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = ServiceOf(head);
        method = head.IsBroken ? default : MessageOf(head).Name;
        return true;
    }

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) => head.HeadLength + (fields?.WireBytesMax ?? 0);

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        ReadOnlySpan<byte> frame = head.Bytes;
        int headEnd = head.FieldsStart;
        if (fields is null)
        {
            frame[..head.HeadLength].CopyTo(room);
            BinaryPrimitives.WriteUInt64BigEndian(room[(headEnd - IdSize)..], id);
            return head.HeadLength;
        }
        ThriftMessage message = MessageOf(head);
        ReadOnlySpan<byte> oldService = ServiceOf(head);
        ReadOnlySpan<byte> service = fields.TryGet("service"u8, out ReadOnlySpan<byte> changed) ? changed : oldService;
        ReadOnlySpan<byte> method = fields.TryGet("method"u8, out changed) ? changed : message.Name;
        int headLength = headEnd - LengthSize - oldService.Length + service.Length;
        if (headLength > ushort.MaxValue)
        {
            return 0;
        }
        ByteWriter writer = new(room);
        writer.Write(frame[..ServiceAt]);
        writer.WriteInt32(service.Length);
        writer.Write(service);
        writer.Write(frame[(FixedSize + oldService.Length)..(headEnd - IdSize)]);
        writer.WriteInt64((long)id);
        ThriftMessage.Write(ref writer, message.Type, method, message.Sequence);
        BinaryPrimitives.WriteUInt16BigEndian(room[HeadLengthAt..], (ushort)headLength);
        return writer.Length;
    }

    public static void SetContentLength(Span<byte> head, int contentLength)
    {
        int length = head.Length - LengthSize + contentLength;
        BinaryPrimitives.WriteInt32BigEndian(head, length);
        BinaryPrimitives.WriteInt32BigEndian(head[LengthAgainAt..], length);
    }

    public static int MaxReplyLength(FrameHead request) => 128 + ReplyText.LengthMax + request.HeadLength;

    public static int WriteReply(FrameHead request, int status, Span<byte> room)
    {
        ReadOnlySpan<byte> service = ServiceOf(request);
        ThriftMessage message = request.IsBroken ? default : MessageOf(request);
        ByteWriter writer = new(room);
        writer.WriteInt32(0);
        writer.Write([0xDA, 0xBC]);
        writer.WriteInt32(0);
        writer.WriteInt16((short)(FixedSize - LengthSize + service.Length + IdSize));
        writer.WriteByte(Version);
        writer.WriteInt32(service.Length);
        writer.Write(service);
        writer.WriteInt64((long)request.Id);
        ThriftMessage.Write(ref writer, ThriftMessageType.Exception, message.Name, message.Sequence);
        ThriftMessage.WriteException(ref writer, ReplyText.Of(status), ExceptionOf(status));
        SetContentLength(room[..writer.Length], 0);
        return writer.Length;
    }

    public static int HttpStatusOf(FrameHead response) =>
        response.Status == (int)ThriftMessageType.Reply && !response.IsBroken ? 200 : 500;

    public static ulong NextId(ulong id) => (id + 1) & long.MaxValue;

    private static bool MayHaveMagic(ReadOnlySpan<byte> start) =>
        (start.Length <= MagicAt || start[MagicAt] == 0xDA) && (start.Length <= MagicAt + 1 || start[MagicAt + 1] == 0xBC);

    private static ReadOnlySpan<byte> ServiceOf(FrameHead head) =>
        head.Bytes.Slice(FixedSize, BinaryPrimitives.ReadInt32BigEndian(head.Bytes[ServiceAt..]));

    /// <summary>Of a frame that is not broken.</summary>
    private static ThriftMessage MessageOf(FrameHead head)
    {
        ThriftMessage.Read(head.Bytes[head.FieldsStart..], head.Length - head.FieldsStart, out ThriftMessage message);
        return message;
    }

    /// <summary>The type of TApplicationException that MOSN gives each of its codes.</summary>
    private static int ExceptionOf(int status) => status switch
    {
        400 or 413 => 7, // Protocol error.
        404 => 1, // Unknown method.
        401 or 403 or 408 or 500 or 504 => 6, // Internal error.
        _ => 0, // Unknown.
    };

    private static ReadOnlySpan<byte> Decimal(int value, Span<byte> room)
    {
        Check.That(Utf8Formatter.TryFormat(value, room, out int length));
        return room[..length];
    }
}
