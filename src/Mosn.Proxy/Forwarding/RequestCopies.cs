using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Forwarding;

/// <summary>The copies of one request that a filter has asked for. Pooled with its request; they live on by themselves.</summary>
internal sealed class RequestCopies(ProxyWorker worker, StreamContext context, RequestRelay relay)
{
    private ClusterRef? _cluster;
    private int _count;

    /// <summary>Has so many copies sent beside the request, when it is sent itself.</summary>
    public void Ask(ClusterRef cluster, int count)
    {
        _cluster = cluster;
        _count = count;
    }

    /// <summary>Sends what was asked for; the request is ready to be sent.</summary>
    /// <param name="route">The request's.</param>
    /// <param name="hash">The request's, for balancers that choose by it. Labels of the route do not count, as in MOSN.</param>
    /// <param name="silenceMs">See <see cref="MirrorStream.Start"/>.</param>
    public void Send(Route route, ulong? hash, long silenceMs)
    {
        for (int i = 0; i < _count; i++)
        {
            PickContext pick = new(worker.Loop.Index, context) { Hash = hash, NowMs = worker.Loop.NowMs };
            Send(PoolOf(_cluster!.Current?.PickHost(pick), route), silenceMs, pacing: null);
        }
    }

    /// <summary>Sends one copy to each host of a cluster that may be used, in place of the request.</summary>
    /// <param name="route">The request's.</param>
    /// <param name="silenceMs">See <see cref="MirrorStream.Start"/>.</param>
    /// <param name="pacing">Told when a copy can take more of the body.</param>
    public void SendToAll(ClusterRef cluster, Route route, long silenceMs, IStreamOwner pacing)
    {
        if (cluster.Current is not { } known)
        {
            return;
        }
        foreach (Host host in known.Current.Hosts.Usable)
        {
            Send(PoolOf(host, route), silenceMs, pacing);
        }
    }

    /// <summary>Forgets what was asked for.</summary>
    public void Clear()
    {
        _cluster = null;
        _count = 0;
    }

    /// <summary>Null: there is no host, or nothing translates the request into what the cluster speaks.</summary>
    private IConnectionPool? PoolOf(Host? host, Route route)
    {
        if (host is null)
        {
            return null;
        }
        StreamProtocol protocol = ProtocolChoice.OfCopy(context, route, host.Cluster);
        return context.Request.Frame?.Readers == protocol.Frames ? host.PoolOn(worker.Loop, protocol) : null;
    }

    private void Send(IConnectionPool? pool, long silenceMs, IStreamOwner? pacing)
    {
        MirrorStream copy = worker.RentMirror();
        copy.Start(context, pool, silenceMs, pacing);
        relay.Add(copy);
    }
}
