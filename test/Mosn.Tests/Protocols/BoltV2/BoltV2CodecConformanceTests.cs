using Mosn.Protocols;
using Mosn.Protocols.BoltV2;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.BoltV2;

public sealed class BoltV2CodecConformanceTests : FrameProtocolConformance<BoltV2Codec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.BoltV2Request, FrameKind.Request, 1),
        new("response", RealFrames.BoltV2Response, FrameKind.Response, 1),
        new("heartbeat", RealFrames.BoltV2Heartbeat, FrameKind.Heartbeat, 3),
        new("heartbeat reply", RealFrames.BoltV2HeartbeatReply, FrameKind.HeartbeatReply, 3),
        new("response of v1", RealFrames.BoltResponse, FrameKind.Response, 1),
    ];
}
