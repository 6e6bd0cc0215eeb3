using System.Buffers.Binary;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.Tars;

/// <summary>
/// TARS, and TUP, which is the same on the wire but for its answers: packets are structs with a length before them. The buffer
/// with the arguments, and what stands behind it, passes as the content; the context in there is read as fields.
/// </summary>
/// <remarks>
/// <code>
///   length:4 of all   then a struct, whose fields have tags:
///   request    1 version  2 type  3 message type  4 id            5 servant  6 function  7 buffer  8 timeout  9 context  10 status
///   response   1 version  2 type  3 id            4 message type  5 result               6 buffer  7 status   8 text     9 context
/// </code>
/// How a field is written, see <see cref="TarsReader"/>. An id takes as many bytes as it needs, so a
/// frame that goes on with another one may have another length.
/// </remarks>
public readonly struct TarsCodec : IFrameCodec<TarsCodec>
{
    /// <summary>Bytes of a frame that begins a connection, as the peers themselves have it.</summary>
    private const int FirstLengthMax = 10 * 1024 * 1024;
    private const int LengthMin = 10;
    private const byte VersionField = 0x10;
    private const int OneWayType = 1;
    private const int TextTag = 8;

    /// <summary>The form of a packet that is built like a request, whoever sends it.</summary>
    private const int RequestForm = 1;

    public static string Name => "tars";

    public static int OwnFrameLengthMax => TarsReply.LengthMax;

    /// <summary>A server of TarsGo says so before it closes.</summary>
    public static bool SaysGoAway => true;

    public static ProtocolMatch Match(ReadOnlySpan<byte> start)
    {
        if ((start.Length > 0 && start[0] != 0)
            || (start.Length >= 4
                && BinaryPrimitives.ReadInt32BigEndian(start) is < LengthMin or > FirstLengthMax)
            || (start.Length > 4 && start[4] != VersionField)
            || (start.Length > 5 && start[5] is < 1 or > 3))
        {
            return ProtocolMatch.No;
        }
        return start.Length > 5 ? ProtocolMatch.Yes : ProtocolMatch.More;
    }

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
    {
        if (input.Length < TarsPacket.LengthSize)
        {
            return DecodeStatus.NeedMore;
        }
        int length = BinaryPrimitives.ReadInt32BigEndian(input);
        if (length <= TarsPacket.LengthSize // Another id may make the least of frames shorter.
            || (input.Length > TarsPacket.LengthSize && input[TarsPacket.LengthSize] != VersionField)
            || (input.Length > TarsPacket.LengthSize + 1 && input[TarsPacket.LengthSize + 1] == 0)) // Peers write it in no byte.
        {
            return DecodeStatus.Malformed;
        }
        head.Length = length;
        ReadOnlySpan<byte> frame = input[..Math.Min(input.Length, length)];
        if (!TarsPacket.TryRead(frame, out TarsPacket packet))
        {
            return frame.Length < length ? DecodeStatus.NeedMore : DecodeStatus.Malformed;
        }
        head.Id = (uint)packet.Id;
        head.HeadLength = packet.HeadLength;
        head.Form = packet.IsRequest ? RequestForm : 0;
        head.Status = packet.Result;
        head.TimeoutMs = 0;
        head.TrailerLength = head.FieldsStart = head.FieldsLength = head.TailLength = 0;
        head.IsBroken = false;
        bool isPing = packet.IsRequest && packet.Function.SequenceEqual(TarsReply.Ping);
        bool isOneWay = packet.Type == OneWayType;
        head.Kind = !packet.IsRequest || head.IsFromHost ? FrameKind.Response
            : isPing && isOneWay ? FrameKind.Ignored
            : isPing ? FrameKind.Heartbeat
            : isOneWay ? FrameKind.OneWay
            : FrameKind.Request;
        return DecodeStatus.Complete;
    }

    public static bool Inspect(FrameHead head, ReadOnlySpan<byte> frame)
    {
        if (head is { Kind: FrameKind.Response, Form: RequestForm })
        {
            head.Status = TarsStatus.ResultOf(frame, head.HeadLength);
        }
        else if (head is { Kind: FrameKind.Response, Id: 0 } && SaysReconnect(frame, head.HeadLength))
        {
            head.Kind = FrameKind.GoAway;
        }
        return true;
    }

    public static bool TryReadFields(FrameHead head, HeaderBlock fields)
    {
        if (TryGetNames(head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method))
        {
            fields.TryAdd("service"u8, service);
            fields.TryAdd("method"u8, method);
        }
        head.TailLength = TarsFields.Read(head.Bytes, head.HeadLength, fields);
        return true;
    }

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method)
    {
        service = method = default;
        if (!TarsPacket.TryRead(head.Bytes, out TarsPacket packet) || !packet.IsRequest)
        {
            return false;
        }
        service = packet.Servant;
        method = packet.Function;
        return true;
    }

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) =>
        head.HeadLength + TarsWriter.IntLengthMax
        + (fields is null ? 0 : fields.WireBytesMax + (2 * TarsWriter.TextHeadLengthMax));

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
    {
        bool names = TryGetNames(head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method) && fields is not null;
        if (names && fields!.TryGet("service"u8, out ReadOnlySpan<byte> newService))
        {
            service = newService;
        }
        if (names && fields!.TryGet("method"u8, out ReadOnlySpan<byte> newMethod))
        {
            method = newMethod;
        }
        return TarsPacket.Rewrite(head.Bytes[..head.HeadLength], head.Form == RequestForm, (int)id, names, service, method, room);
    }

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BinaryPrimitives.WriteInt32BigEndian(head, head.Length + contentLength);

    public static int MaxTailLength(FrameHead head, HeaderBlock fields) => TarsFields.MaxLength(head.TailLength, fields);

    public static int WriteTail(FrameHead head, HeaderBlock fields, Span<byte> room) =>
        TarsFields.Write(head.Bytes[^head.TailLength..], fields, room);

    public static int MaxReplyLength(FrameHead request) => TarsReply.LengthMax + request.HeadLength;

    public static int WriteReply(FrameHead request, int status, Span<byte> room)
    {
        TarsPacket.TryRead(request.Bytes, out TarsPacket call);
        TarsResult result = TarsResults.FromHttp(status);
        return TarsReply.Write(
            call, result, result == TarsResult.Success ? default : ReplyText.Of(status), isPing: false, room);
    }

    public static int WriteHeartbeat(ulong id, Span<byte> room) => TarsReply.WritePing((int)id, room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room)
    {
        TarsPacket.TryRead(heartbeat.Bytes, out TarsPacket call);
        return TarsReply.Write(call, TarsResult.Success, default, isPing: true, room);
    }

    public static int WriteGoAway(ulong id, Span<byte> room) => TarsReply.WriteReconnect(room);

    public static int HttpStatusOf(FrameHead response) => TarsResults.ToHttp(response.Status);

    public static ulong NextId(ulong id) => (id + 1) & int.MaxValue;

    /// <summary>Whether a response of id 0 is a server's way to say that it closes.</summary>
    private static bool SaysReconnect(ReadOnlySpan<byte> frame, int start)
    {
        TarsReader reader = new(frame, start);
        while (!reader.IsAtEnd && reader.TryReadHead(out int tag, out TarsType type))
        {
            if (tag == TextTag)
            {
                return reader.TryReadText(type, out ReadOnlySpan<byte> text) && text.SequenceEqual(TarsReply.Reconnect);
            }
            if (!reader.TrySkip(type))
            {
                return false;
            }
        }
        return false;
    }
}
