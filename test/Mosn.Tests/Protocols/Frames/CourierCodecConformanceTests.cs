using CourierExample;
using Mosn.Protocols;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.Frames;

/// <summary>The protocol of <c>examples/protocol</c>.</summary>
public sealed class CourierCodecConformanceTests : FrameProtocolConformance<CourierCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("call", Convert.FromHexString("C0DE01000000000700000BB80705000000036772656574657268656C6C6F416461"), FrameKind.Request, 7),
        new("cast", Convert.FromHexString("C0DE02000000000700000BB80705000000036772656574657268656C6C6F416461"), FrameKind.OneWay, 7),
        new("answer", Convert.FromHexString("C0DE0300000000070000000000000000000A68656C6C6F2C20416461"), FrameKind.Response, 7),
        new("ping", Convert.FromHexString("C0DE04000000000700000000000000000000"), FrameKind.Heartbeat, 7),
        new("pong", Convert.FromHexString("C0DE05000000000700000000000000000000"), FrameKind.HeartbeatReply, 7),
        new("bye", Convert.FromHexString("C0DE06000000000700000000000000000000"), FrameKind.GoAway, 7),
    ];
}
