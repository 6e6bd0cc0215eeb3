using Mosn.Protocols;
using Mosn.Protocols.Dubbo;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Dubbo;

public sealed class DubboCodecConformanceTests : FrameProtocolConformance<DubboCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.DubboRequest, FrameKind.Request, 1),
        new("one-way", RealFrames.DubboOneWay, FrameKind.OneWay, 1),
        new("response", RealFrames.DubboResponse, FrameKind.Response, 1),
        new("error response", RealFrames.DubboErrorResponse, FrameKind.Response, 2),
        new("heartbeat", RealFrames.DubboHeartbeat, FrameKind.Heartbeat, 7),
        new("heartbeat reply", RealFrames.DubboHeartbeatReply, FrameKind.HeartbeatReply, 7),
        new("read-only", Convert.FromHexString("DABBA2000000000000000009000000020152"), FrameKind.GoAway, 9),
    ];
}
