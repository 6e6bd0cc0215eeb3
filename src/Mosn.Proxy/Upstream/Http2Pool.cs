using Mosn.Proxy.Streams;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Upstream;

/// <summary>Pools of HTTP/2 connections.</summary>
internal static class Http2Pool
{
    /// <summary>Makes pools whose streams are shared loop by loop.</summary>
    public static PoolMaker Build(UpstreamProtocolServices services)
    {
        LoopLocal<ObjectPool<Http2ClientStream>> streams = new(
            services.LoopCount,
            static loop => new ObjectPool<Http2ClientStream>(loop, () => new Http2ClientStream(loop.Buffers)));
        return (loop, host, priority) =>
        {
            Http2ClientSettings settings = host.Cluster.PoolSettings.Http2;
            return new MultiplexPool(
                loop, host, priority, owner => new Http2ClientConnection(owner, settings, streams.On(loop)));
        };
    }
}
