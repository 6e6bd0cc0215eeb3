using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Discovery;

/// <summary>
/// Watches over the hosts that <see cref="OriginalDstBalancer"/>s have made: lets go of idle ones, and of all when the
/// cluster goes. Belongs to the control loop.
/// </summary>
internal sealed class OriginalDstHosts(EventLoop loop) : LoopTimer, IClusterWatcher
{
    private const long SweepMs = 10_000;

    private readonly HashSet<OriginalDstBalancer> _balancers = [];

    public void OnAdded(Cluster cluster) => Post(cluster.Current.Balancer, Add);

    public void OnUpdated(Cluster cluster, ClusterSnapshot previous)
    {
        ClusterSnapshot current = cluster.Current;
        if (!ReferenceEquals(current.Balancer, previous.Balancer))
        {
            Post(previous.Balancer, Remove);
            Post(current.Balancer, Add);
        }
        else if (current.PoolSettings != previous.PoolSettings)
        {
            Post(current.Balancer, static balancer => balancer.RenewPools());
        }
    }

    public void OnRemoved(Cluster cluster) => Post(cluster.Current.Balancer, Remove);

    protected override void OnTimer()
    {
        foreach (OriginalDstBalancer balancer in _balancers)
        {
            balancer.Sweep(loop.NowMs);
        }
        SweepLater();
    }

    private void Post(ILoadBalancer balancer, Action<OriginalDstBalancer> work)
    {
        if (balancer is OriginalDstBalancer ours)
        {
            loop.Post(_ => work(ours), state: null);
        }
    }

    private void Add(OriginalDstBalancer balancer)
    {
        _balancers.Add(balancer);
        if (!IsArmed)
        {
            SweepLater();
        }
    }

    private void Remove(OriginalDstBalancer balancer)
    {
        _balancers.Remove(balancer);
        balancer.Close();
    }

    private void SweepLater()
    {
        if (_balancers.Count > 0)
        {
            loop.Timers.Set(this, loop.NowMs + SweepMs);
        }
    }
}
