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
        LoopLocal<ObjectPool<FrameClientStream<TCodec>>> streams = new(
            services.LoopCount,
            static loop => new ObjectPool<FrameClientStream<TCodec>>(() => new FrameClientStream<TCodec>(loop.Buffers)));
        return (loop, host, priority) => new MultiplexPool(
            loop,
            host,
            priority,
            owner => new FrameClientConnection<TCodec>(
                owner, host.Cluster.PoolSettings.Frames, metrics, streams.On(loop)))
        {
            ConnectionsMax = TCodec.PoolMode == FramePoolMode.PingPong ? int.MaxValue : MultiplexPool.ConnectionsMaxDefault,
        };
    }
}
