using Mosn.Protocols;
using Mosn.Protocols.XExample;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.XExample;

public sealed class XExampleCodecConformanceTests : FrameProtocolConformance<XExampleCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", [0x78, 1, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 2], FrameKind.Request, 9),
        new("response", [0x78, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 1, 7], FrameKind.Response, 9),
        new("heartbeat", [0x78, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0], FrameKind.Heartbeat, 9),
        new("heartbeat reply", [0x78, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0], FrameKind.HeartbeatReply, 9),
        new("go-away", [0x78, 2, 0, 0, 0, 0, 9, 0, 0, 0, 0], FrameKind.GoAway, 9),
    ];
}
