using Mosn.Protocols;
using Mosn.Protocols.Bolt;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Bolt;

public sealed class BoltCodecConformanceTests : FrameProtocolConformance<BoltCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.BoltRequest, FrameKind.Request, 1),
        new("one-way", RealFrames.BoltOneWay, FrameKind.OneWay, 1),
        new("response", RealFrames.BoltResponse, FrameKind.Response, 1),
        new("heartbeat", RealFrames.BoltHeartbeat, FrameKind.Heartbeat, 3),
        new("heartbeat reply", RealFrames.BoltHeartbeatReply, FrameKind.HeartbeatReply, 3),
        new("go-away", RealFrames.BoltGoAway, FrameKind.GoAway, 3),
        new("request of v2", RealFrames.BoltV2Request, FrameKind.Request, 1) { MayBegin = false },
    ];
}
