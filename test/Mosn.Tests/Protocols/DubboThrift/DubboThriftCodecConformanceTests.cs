using Mosn.Protocols;
using Mosn.Protocols.DubboThrift;
using Mosn.Testing;

namespace Mosn.Tests.Protocols.DubboThrift;

public sealed class DubboThriftCodecConformanceTests : FrameProtocolConformance<DubboThriftCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("request", RealFrames.DubboThriftRequest, FrameKind.Request, 5),
        new("one-way", RealFrames.DubboThriftOneWay, FrameKind.OneWay, 5),
        new("request with path", RealFrames.DubboThriftRequestWithPath, FrameKind.Request, 5),
        new("response", RealFrames.DubboThriftResponse, FrameKind.Response, 5),
        new("no route", RealFrames.DubboThriftNoRoute, FrameKind.Response, 5),
    ];
}
