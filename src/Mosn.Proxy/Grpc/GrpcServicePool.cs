using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Grpc;

/// <summary>A service in the process as one loop's way to a host: opens streams and has no connections.</summary>
internal sealed class GrpcServicePool(EventLoop loop, Host host, GrpcService service) : IConnectionPool
{
    public IClientStream? NewStream(IStreamOwner owner, out StreamError error)
    {
        error = default;
        Count(UpstreamMetric.RequestTotal, 1);
        Count(UpstreamMetric.RequestActive, 1);
        return new GrpcServedStream(this, loop, service, owner);
    }

    public IClientStream? NewStreamOnFreshConnection(IStreamOwner owner, out StreamError error) => NewStream(owner, out error);

    public void Close()
    {
        // There is nothing to close; calls end by themselves.
    }

    /// <summary>A stream was released.</summary>
    internal void OnEnded() => Count(UpstreamMetric.RequestActive, -1);

    private void Count(UpstreamMetric metric, long delta)
    {
        host.Cluster.Metrics.Add(loop.Index, metric, delta);
        host.Metrics.Add(loop.Index, metric, delta);
    }
}
