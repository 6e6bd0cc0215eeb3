using Mosn.Protocols;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

public sealed class TurnCodecConformanceTests : FrameProtocolConformance<TurnCodec>
{
    protected override IReadOnlyList<FrameSample> Samples { get; } =
    [
        new("question", [.. "Q\u0003one"u8], FrameKind.Request),
        new("answer", [.. "A\u0001x"u8], FrameKind.Response),
        new("error", [.. "E\u0001!"u8], FrameKind.Response),
    ];

    protected override int ContentLengthMax => byte.MaxValue;
}
