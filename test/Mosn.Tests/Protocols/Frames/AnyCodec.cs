using CourierExample;
using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Frames;
using Mosn.Protocols.Tars;
using Mosn.Protocols.XExample;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>A codec behind a name, for tests that hold of all of them.</summary>
internal abstract class AnyCodec
{
    public static IReadOnlyList<AnyCodec> All { get; } =
    [
        new Of<BoltCodec>(), new Of<BoltV2Codec>(), new Of<DubboCodec>(), new Of<DubboThriftCodec>(), new Of<TarsCodec>(),
        new Of<XExampleCodec>(), new Of<CourierCodec>(),
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
    public abstract FrameHead Read(byte[] frame, bool isFromHost = false);

    /// <summary>The fields that are to be seen of a frame.</summary>
    public abstract HeaderBlock FieldsOf(FrameHead head);

    private sealed class Of<TCodec> : AnyCodec
        where TCodec : struct, IFrameCodec<TCodec>
    {
        public override string Name => TCodec.Name;

        public override ProtocolMatch Match(ReadOnlySpan<byte> start) => TCodec.Match(start);

        public override DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
        {
            head.Clear();
            return TCodec.Scan(input, head);
        }

        public override bool Inspect(FrameHead head, ReadOnlySpan<byte> frame) => TCodec.Inspect(head, frame);

        public override byte[] Reply(FrameHead request, int status) => FrameProbe<TCodec>.Reply(request, status);

        public override byte[] Heartbeat(ulong id) => FrameProbe<TCodec>.Heartbeat(id);

        public override byte[] HeartbeatReply(FrameHead heartbeat) => FrameProbe<TCodec>.HeartbeatReply(heartbeat);

        public override int HttpStatusOf(FrameHead response) => TCodec.HttpStatusOf(response);

        public override FrameHead NewHead(bool isFromHost = false) => FrameProbe<TCodec>.NewHead(isFromHost);

        public override FrameHead Read(byte[] frame, bool isFromHost = false) => FrameProbe<TCodec>.Read(frame, isFromHost);

        public override HeaderBlock FieldsOf(FrameHead head) => FrameProbe<TCodec>.FieldsOf(head);

        public override byte[] PassOn(FrameHead head, ulong id, HeaderBlock? fields = null, byte[]? content = null) =>
            FrameProbe<TCodec>.PassOn(head, id, fields, content);
    }
}
