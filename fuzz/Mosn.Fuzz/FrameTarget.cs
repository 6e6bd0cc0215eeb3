using CourierExample;
using Mosn.Protocols.Bolt;
using Mosn.Protocols.BoltV2;
using Mosn.Protocols.Dubbo;
using Mosn.Protocols.DubboThrift;
using Mosn.Protocols.Frames;
using Mosn.Protocols.Tars;
using Mosn.Protocols.XExample;
using Mosn.Testing;

namespace Mosn.Fuzz;

/// <summary>
/// Frames of one protocol, one after the other as a connection takes them; what holds of any codec stands in
/// <see cref="FrameContract{TCodec}"/>. The first byte of an input says who sends them: even, a client; odd, a host.
/// </summary>
internal sealed class FrameTarget<TCodec> : IFuzzTarget
    where TCodec : struct, IFrameCodec<TCodec>
{
    public string Name => TCodec.Name;

    public void Run(FuzzInput input)
    {
        bool isFromHost = input.Choose(2) == 1;
        FrameContract<TCodec>.Check(input.Rest, isFromHost);
    }
}

/// <summary>One target for each protocol of frames.</summary>
internal static class FrameTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new FrameTarget<BoltCodec>(),
        new FrameTarget<BoltV2Codec>(),
        new FrameTarget<DubboCodec>(),
        new FrameTarget<DubboThriftCodec>(),
        new FrameTarget<TarsCodec>(),
        new FrameTarget<XExampleCodec>(),
        new FrameTarget<CourierCodec>(), // Of examples/protocol.
    ];
}
