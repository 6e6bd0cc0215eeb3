using Mosn.Protocols.Frames;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>Pools of connections of protocols of frames.</summary>
internal static class FramePool
{
    /// <summary>Makes pools whose streams are shared loop by loop.</summary>
    public static PoolMaker Build<TCodec>(UpstreamProtocolServices services)
        where TCodec : struct, IFrameCodec<TCodec>
    {
        MetricGroup metrics = FrameMetrics.Of(services.Metrics, TCodec.Name);
        LoopLocal<FrameClientLoop<TCodec>> shared = new(services.LoopCount, static loop => new FrameClientLoop<TCodec>(loop));
        return (loop, host, priority) =>
        {
            FrameClientSettings settings = SettingsOf<TCodec>(host.Cluster.PoolSettings.Frames);
            IMultiplexConnection Make(IMultiplexOwner owner) =>
                new FrameClientConnection<TCodec>(owner, settings, metrics, shared.On(loop));
            return settings.PoolMode == FramePoolMode.Binding
                ? new BindingPool(loop, host, priority, FrameProtocol<TCodec>.Protocol, Make)
                : new MultiplexPool(loop, host, priority, Make)
                {
                    ConnectionsMax = settings.StreamsMax == 1 ? int.MaxValue : MultiplexPool.ConnectionsMaxDefault,
                };
        };
    }

    /// <summary>With what the configuration leaves to the protocol.</summary>
    private static FrameClientSettings SettingsOf<TCodec>(FrameClientSettings settings)
        where TCodec : struct, IFrameCodec<TCodec>
    {
        FramePoolMode mode = settings.PoolMode ?? TCodec.PoolMode;
        bool isOneByOne = mode == FramePoolMode.PingPong || !TCodec.HasIds;
        return settings with { PoolMode = mode, StreamsMax = isOneByOne ? 1 : settings.StreamsMax };
    }
}
