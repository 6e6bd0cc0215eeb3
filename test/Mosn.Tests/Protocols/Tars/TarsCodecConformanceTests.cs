using Mosn.Protocols;
using Mosn.Protocols.Tars;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Tars;

public sealed class TarsCodecConformanceTests : FrameProtocolConformance<TarsCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.TarsRequest, FrameKind.Request, 2),
        new("response", RealFrames.TarsResponse, FrameKind.Response, 2),
        new("error response", RealFrames.TarsErrorResponse, FrameKind.Response, 4),
        new("heartbeat", RealFrames.TarsHeartbeat, FrameKind.Heartbeat, 3),
        new("heartbeat reply", RealFrames.TarsHeartbeatReply, FrameKind.Response, 3),
        new("heartbeat of TUP", RealFrames.TarsTupHeartbeat, FrameKind.Heartbeat, 5),
        new("heartbeat reply of TUP", RealFrames.TarsTupHeartbeatReply, FrameKind.Response, 5),
    ];

    /// <summary>Counts of maps are written anew, in as few bytes as they need.</summary>
    protected override bool KeepsBytesOfFields => false;
}
