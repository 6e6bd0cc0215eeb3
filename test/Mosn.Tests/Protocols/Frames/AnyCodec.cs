using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Frames;
using Mosn.Protocols.Tars;
using Mosn.Protocols.XExample;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>A codec behind a name, for tests that hold of all of them.</summary>
internal abstract class AnyCodec
{
    public static IReadOnlyList<AnyCodec> All { get; } =
    [
        new Of<BoltCodec>(), new Of<BoltV2Codec>(), new Of<DubboCodec>(), new Of<DubboThriftCodec>(), new Of<TarsCodec>(),
        new Of<XExampleCodec>(),
    ];

    public abstract string Name { get; }

    public static AnyCodec Named(string name) => All.Single(codec => codec.Name == name);

    public abstract ProtocolMatch Match(ReadOnlySpan<byte> start);

    public abstract DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head);

    public abstract bool Inspect(FrameHead head, ReadOnlySpan<byte> frame);

    public abstract byte[] Reply(FrameHead request, int status);

    public abstract byte[] Heartbeat(ulong id);

    public abstract byte[] HeartbeatReply(FrameHead heartbeat);

    public abstract int HttpStatusOf(FrameHead response);

    public abstract FrameHead NewHead(bool isFromHost = false);

    /// <summary>The frame as it is passed on, with these changes and this content.</summary>
    public abstract byte[] PassOn(FrameHead head, ulong id, HeaderBlock? fields = null, byte[]? content = null);

    /// <summary>What a connection finds out about a whole frame.</summary>
    public FrameHead Read(byte[] frame, bool isFromHost = false)
    {
        FrameHead head = NewHead(isFromHost);
        Assert.Equal(DecodeStatus.Complete, Scan(frame, head));
        Assert.Equal(frame.Length, head.Length);
        Assert.True(Inspect(head, frame));
        head.Source = new HeldFrame(frame);
        return head;
    }

    /// <summary>The fields that are to be seen of a frame.</summary>
    public HeaderBlock FieldsOf(FrameHead head)
    {
        HeaderBlock fields = new();
        Assert.True(head.Readers!.TryReadFields(head, fields));
        return fields;
    }

    private sealed class Of<TCodec> : AnyCodec
        where TCodec : struct, IFrameCodec<TCodec>
    {
        public override string Name => TCodec.Name;

        public override ProtocolMatch Match(ReadOnlySpan<byte> start) => TCodec.Match(start);

        public override DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
        {
            head.Length = 0;
            return TCodec.Scan(input, head);
        }

        public override bool Inspect(FrameHead head, ReadOnlySpan<byte> frame) => TCodec.Inspect(head, frame);

        public override byte[] Reply(FrameHead request, int status)
        {
            byte[] room = new byte[TCodec.MaxReplyLength(request)];
            return room[..TCodec.WriteReply(request, status, room)];
        }

        public override byte[] Heartbeat(ulong id)
        {
            byte[] room = new byte[TCodec.OwnFrameLengthMax];
            return room[..TCodec.WriteHeartbeat(id, room)];
        }

        public override byte[] HeartbeatReply(FrameHead heartbeat)
        {
            byte[] room = new byte[TCodec.MaxReplyLength(heartbeat)];
            return room[..TCodec.WriteHeartbeatReply(heartbeat, room)];
        }

        public override int HttpStatusOf(FrameHead response) => TCodec.HttpStatusOf(response);

        public override FrameHead NewHead(bool isFromHost = false) =>
            new() { IsFromHost = isFromHost, Readers = FrameCodecs.ReadersOf<TCodec>() };

        public override byte[] PassOn(FrameHead head, ulong id, HeaderBlock? fields = null, byte[]? content = null)
        {
            byte[] body = content ?? head.Bytes.Slice(head.HeadLength, head.ContentLength).ToArray();
            byte[] room = new byte[TCodec.MaxHeadLength(head, fields)];
            byte[] start = room[..TCodec.WriteHead(head, fields, id, room)];
            Assert.NotEmpty(start);
            if (fields is not null && head.TailLength > 0)
            {
                byte[] tail = new byte[TCodec.MaxTailLength(head, fields)];
                body = [.. body[..^head.TailLength], .. tail[..TCodec.WriteTail(head, fields, tail)]];
            }
            TCodec.SetContentLength(start, body.Length);
            byte[] trailer = new byte[head.TrailerLength];
            if (trailer.Length > 0)
            {
                TCodec.WriteTrailer(TCodec.Checksum(TCodec.Checksum(0, start), body), trailer);
            }
            return [.. start, .. body, .. trailer];
        }
    }
}
