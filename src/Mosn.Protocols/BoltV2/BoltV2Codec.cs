using Mosn.Protocols.Bolt;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;

namespace Mosn.Protocols.BoltV2;

/// <summary>SOFA Bolt, version 2; a peer may send frames of version 1 on the same connection.</summary>
public readonly struct BoltV2Codec : IFrameCodec<BoltV2Codec>
{
    public static string Name => "boltv2";

    public static int OwnFrameLengthMax => BoltFormat.OwnFrameLengthMax;

    /// <summary>A checksum has the frame held until it is whole.</summary>
    public static bool MayStream(FrameHead head) => true;

    public static ProtocolMatch Match(ReadOnlySpan<byte> start) =>
        start.IsEmpty ? ProtocolMatch.More : start[0] == BoltFormat.V2 ? ProtocolMatch.Yes : ProtocolMatch.No;

    public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head) => BoltFormat.Scan(input, head);

    public static bool Inspect(FrameHead head, ReadOnlySpan<byte> frame) => BoltFormat.Inspect(head, frame);

    public static bool TryReadFields(FrameHead head, HeaderBlock fields) =>
        BoltFields.TryRead(head.Bytes.Slice(head.FieldsStart, head.FieldsLength), fields);

    public static FieldSearch FindField(FrameHead head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        BoltFields.FindField(head.Bytes.Slice(head.FieldsStart, head.FieldsLength), name, out value);

    public static bool TryGetNames(FrameHead head, out ReadOnlySpan<byte> service, out ReadOnlySpan<byte> method) =>
        BoltFormat.TryGetNames(head, out service, out method);

    public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) => BoltFormat.MaxHeadLength(head, fields);

    public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room) =>
        BoltFormat.WriteHead(head, fields, id, room);

    public static int WriteCall(in FrameCall call, Span<byte> room) => BoltFormat.WriteCall(BoltFormat.V2, call, room);

    public static int WriteAnswer(FrameHead call, int status, ReadOnlySpan<byte> contentClass, Span<byte> room) =>
        BoltFormat.WriteAnswer(call, status, contentClass, room);

    public static void SetContentLength(Span<byte> head, int contentLength) =>
        BoltFormat.SetContentLength(head, contentLength);

    public static uint Checksum(uint soFar, ReadOnlySpan<byte> bytes) => Crc32.Append(soFar, bytes);

    public static void WriteTrailer(uint checksum, Span<byte> room) => BoltFormat.WriteChecksum(checksum, room);

    public static int WriteReply(FrameHead request, int status, Span<byte> room) =>
        BoltFormat.WriteReply(request, status, room);

    public static int WriteHeartbeat(ulong id, Span<byte> room) => BoltFormat.WriteHeartbeat(BoltFormat.V2, id, room);

    public static int WriteHeartbeatReply(FrameHead heartbeat, Span<byte> room) =>
        BoltFormat.WriteHeartbeatReply(heartbeat, room);

    public static int HttpStatusOf(FrameHead response) => BoltFormat.HttpStatusOf(response);
}
