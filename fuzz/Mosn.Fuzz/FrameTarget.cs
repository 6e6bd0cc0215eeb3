using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Frames;
using Mosn.Protocols.Tars;
using Mosn.Protocols.XExample;

namespace Mosn.Fuzz;

/// <summary>
/// Frames of one protocol, one after the other as a connection takes them. What is found out must not depend on how much has
/// come, and what goes on must be what came.
/// </summary>
internal sealed class FrameTarget<TCodec>(string name) : IFuzzTarget
    where TCodec : struct, IFrameCodec<TCodec>
{
    public string Name => name;

    public void Run(FuzzInput input)
    {
        bool isFromHost = input.Choose(2) == 1;
        ReadOnlySpan<byte> rest = input.Rest;
        TCodec.Match(rest);
        while (!rest.IsEmpty)
        {
            FrameHead head = NewHead(isFromHost);
            DecodeStatus status = TCodec.Scan(rest, head);
            Oracle.That(head.Length >= 0, "a length is not negative");
            CheckPrefixes(rest, head, status);
            if (status != DecodeStatus.Complete || head.Length > rest.Length)
            {
                Oracle.That(
                    status != DecodeStatus.NeedMore || head.Length == 0 || head.Length > rest.Length,
                    "nothing is missing of a frame that is whole");
                return;
            }
            Oracle.That(head.Length > 0, "a frame has bytes");
            byte[] frame = rest[..head.Length].ToArray();
            rest = rest[head.Length..];
            if (!TCodec.Inspect(head, frame))
            {
                return;
            }
            head.Source = new Held(frame);
            Use(head, isFromHost);
        }
    }

    private static FrameHead NewHead(bool isFromHost) =>
        new() { IsFromHost = isFromHost, Readers = FrameCodecs.ReadersOf<TCodec>() };

    /// <summary>A few shorter inputs must say the same or that they are too short.</summary>
    private static void CheckPrefixes(ReadOnlySpan<byte> bytes, FrameHead whole, DecodeStatus status)
    {
        for (int length = Math.Min(bytes.Length, 64); length > 0; length -= 7)
        {
            FrameHead head = NewHead(whole.IsFromHost);
            DecodeStatus early = TCodec.Scan(bytes[..length], head);
            Oracle.That(early == status || early == DecodeStatus.NeedMore, "more bytes do not change an answer");
            Oracle.That(status == DecodeStatus.Malformed || head.Length == 0 || head.Length == whole.Length, "nor a length");
        }
    }

    private static void Use(FrameHead head, bool isFromHost)
    {
        Oracle.That(head.HeadLength >= 0 && head.ContentLength >= 0, "the parts are within the frame");
        TCodec.HttpStatusOf(head);
        if (head.Kind == FrameKind.Heartbeat)
        {
            Own(TCodec.WriteHeartbeatReply(head, new byte[TCodec.MaxReplyLength(head)]));
        }
        if (head.Kind is FrameKind.Request or FrameKind.OneWay)
        {
            Own(TCodec.WriteReply(head, 404, new byte[TCodec.MaxReplyLength(head)]));
        }
        if (head.IsBroken)
        {
            return;
        }
        TCodec.TryGetNames(head, out _, out _);
        HeaderBlock fields = new();
        Oracle.That(TCodec.TryReadFields(head, fields), "the fields of a sound frame are read");
        Oracle.That(head.TailLength >= 0 && head.TailLength <= head.ContentLength, "they end within it");
        if (head.Kind is not (FrameKind.Request or FrameKind.OneWay or FrameKind.Response))
        {
            return; // Only these go on.
        }
        PassOn(head, fields: null, isFromHost);
        fields.Set("service"u8, "com.example.Other"u8);
        fields.Add("x-new"u8, "value"u8);
        PassOn(head, fields, isFromHost);
    }

    private static void Own(int length) => Oracle.That(length >= 0, "room for a frame of ours");

    /// <summary>What goes on is a frame with that id, of the same kind.</summary>
    private static void PassOn(FrameHead head, HeaderBlock? fields, bool isFromHost)
    {
        const ulong Id = 77;
        byte[] room = new byte[TCodec.MaxHeadLength(head, fields)];
        int headLength = TCodec.WriteHead(head, fields, Id, room);
        if (headLength == 0)
        {
            return; // It is too large for the protocol.
        }
        ReadOnlySpan<byte> content = head.Bytes.Slice(head.HeadLength, head.ContentLength);
        byte[] tail = [];
        if (fields is not null && head.TailLength > 0)
        {
            tail = new byte[TCodec.MaxTailLength(head, fields)];
            tail = tail[..TCodec.WriteTail(head, fields, tail)];
            content = content[..^head.TailLength];
        }
        Span<byte> start = room.AsSpan(0, headLength);
        TCodec.SetContentLength(start, content.Length + tail.Length);
        byte[] trailer = new byte[head.TrailerLength];
        if (trailer.Length > 0)
        {
            TCodec.WriteTrailer(TCodec.Checksum(TCodec.Checksum(TCodec.Checksum(0, start), content), tail), trailer);
        }
        byte[] sent = [.. start, .. content, .. tail, .. trailer];
        FrameHead again = NewHead(isFromHost);
        Oracle.Same(DecodeStatus.Complete, TCodec.Scan(sent, again), "a frame that goes on");
        Oracle.That(TCodec.Inspect(again, sent), "a frame that goes on is sound");
        Oracle.Same((sent.Length, Id, head.Kind), (again.Length, again.Id, again.Kind), "a frame that goes on");
        Oracle.That(!again.IsBroken, "a frame that goes on is not broken");
    }

    private sealed class Held(byte[] bytes) : IFrameSource
    {
        public ReadOnlySpan<byte> FrameBytes => bytes;
    }
}

/// <summary>One target for each protocol of frames.</summary>
internal static class FrameTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new FrameTarget<BoltCodec>("bolt"), new FrameTarget<BoltV2Codec>("boltv2"), new FrameTarget<DubboCodec>("dubbo"),
        new FrameTarget<DubboThriftCodec>("dubbo-thrift"), new FrameTarget<TarsCodec>("tars"),
        new FrameTarget<XExampleCodec>("x_example"),
    ];
}
