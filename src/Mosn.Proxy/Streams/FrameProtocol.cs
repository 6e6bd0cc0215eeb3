using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Network;
using Mosn.Proxy.Observability;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Streams;

/// <summary>A protocol of frames on one listener.</summary>
internal sealed class FrameProtocol<TCodec>(FrameServerSettings settings, MetricGroup metrics, int loopCount)
    : IServerProtocol
    where TCodec : struct, IFrameCodec<TCodec>
{
    private readonly LoopLocal<FrameServerLoop<TCodec>> _shared = new(
        loopCount, static loop => new FrameServerLoop<TCodec>(loop));

    /// <summary>The protocol itself; there is one object for it.</summary>
    public static StreamProtocol Protocol { get; } = new(TCodec.Name, FrameCodecs.ReadersOf<TCodec>());

    public static IServerProtocol Build(ServerProtocolServices services)
    {
        FrameServerSettings settings = FrameServerSettings.Of(services.Config.FramesOf(TCodec.Name));
        return new FrameProtocol<TCodec>(
            settings with { SaysGoAway = settings.SaysGoAway || TCodec.SaysGoAway },
            FrameMetrics.Of(services.Metrics, TCodec.Name),
            services.LoopCount);
    }

    public static ProtocolMatch Match(string alpn, ReadOnlySpan<byte> start) =>
        alpn.Length > 0 ? ProtocolMatch.No : TCodec.Match(start);

    public IServerConnection Open(Connection connection, IServerStreamHandler handler) =>
        new FrameServerConnection<TCodec>(connection, settings, handler, metrics, _shared.On(connection.Loop));
}
