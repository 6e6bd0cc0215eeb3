using Mosn.Protocols;
using Mosn.Protocols.Tars;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Tars;

public sealed class TarsCodecConformanceTests : FrameProtocolConformance<TarsCodec>
{
    private static readonly byte[] s_reconnect =
        [0, 0, 0, 0x1E, 0x10, 1, 0x2C, 0x3C, 0x4C, 0x5C, 0x6D, 0, 0x0C, 0x78, 0x0C, 0x86, 11];

    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.TarsRequest, FrameKind.Request, 2),
        new("one-way", RealFrames.TarsOneWay, FrameKind.OneWay, 2),
        new("response", RealFrames.TarsResponse, FrameKind.Response, 2),
        new("error response", RealFrames.TarsErrorResponse, FrameKind.Response, 4),
        new("heartbeat", RealFrames.TarsHeartbeat, FrameKind.Heartbeat, 3),
        new("heartbeat reply", RealFrames.TarsHeartbeatReply, FrameKind.Response, 3),
        new("reconnect", [.. s_reconnect, .. "_reconnect_"u8, 0x98, 0x0C], FrameKind.GoAway),
        new("heartbeat of TUP 2", RealFrames.TarsTup2Heartbeat, FrameKind.Heartbeat, 5),
        new("heartbeat reply of TUP 2", RealFrames.TarsTup2HeartbeatReply, FrameKind.Response, 5),
        new("heartbeat of TUP", RealFrames.TarsTupHeartbeat, FrameKind.Heartbeat, 5),
        new("heartbeat reply of TUP", RealFrames.TarsTupHeartbeatReply, FrameKind.Response, 5),
    ];

    /// <summary>Counts of maps are written anew, in as few bytes as they need.</summary>
    protected override bool KeepsBytesOfFields => false;
}
