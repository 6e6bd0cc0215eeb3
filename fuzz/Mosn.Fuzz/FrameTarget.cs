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
/// <param name="name">The codec's; its own code must not run before AFL's counters are there.</param>
internal sealed class FrameTarget<TCodec>(string name) : IFuzzTarget
    where TCodec : struct, IFrameCodec<TCodec>
{
    public string Name => name;

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
        new FrameTarget<BoltCodec>("bolt"),
        new FrameTarget<BoltV2Codec>("boltv2"),
        new FrameTarget<DubboCodec>("dubbo"),
        new FrameTarget<DubboThriftCodec>("dubbo-thrift"),
        new FrameTarget<TarsCodec>("tars"),
        new FrameTarget<XExampleCodec>("x_example"),
        new FrameTarget<CourierCodec>("courier"), // Of examples/protocol.
    ];
}
