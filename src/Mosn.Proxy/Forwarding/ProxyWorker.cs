using Mosn.Protocols.Grpc;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>One loop's share of a <see cref="ProxyModel"/>: pooled streams, and counting.</summary>
internal sealed class ProxyWorker
{
    private readonly ObjectPool<ProxyStream> _free;
    private readonly ObjectPool<MirrorStream> _freeMirrors;
    private SplitMix64 _random;
    private long _lastStreamId;
    private long _mayLogMs;

    public ProxyWorker(ProxyModel model, EventLoop loop)
    {
        Model = model;
        Loop = loop;
        _free = new ObjectPool<ProxyStream>(loop, () => new ProxyStream(this));
        _freeMirrors = new ObjectPool<MirrorStream>(loop, () => new MirrorStream(this));
        _random = new SplitMix64(model.Seed + (uint)loop.Index);
    }

    public ProxyModel Model { get; }

    public EventLoop Loop { get; }

    /// <summary>What the loop's streams draw.</summary>
    public ref SplitMix64 Random => ref _random;

    /// <summary>Copies of requests that go on although their requests are over.</summary>
    public int MirrorsAlone { get; set; }

    public MirrorStream RentMirror() => _freeMirrors.Rent();

    public void Return(MirrorStream mirror) => _freeMirrors.Return(mirror);

    /// <summary>Drives a new request to its end.</summary>
    public void Start(IServerStream downstream) => _free.Rent().Start(downstream, ++_lastStreamId);

    public void Return(ProxyStream stream) => _free.Return(stream);

    /// <summary>True once a second: what a client can bring about must not fill the log.</summary>
    public bool MayLog()
    {
        if (Loop.NowMs < _mayLogMs)
        {
            return false;
        }
        _mayLogMs = Loop.NowMs + 1000;
        return true;
    }

    /// <summary>Counts for the listener, and so for the total of which it is a part.</summary>
    public void Count(DownstreamMetric metric, long delta = 1) => Model.Listener.Add(Loop.Index, metric, delta);

    /// <summary>Counts and logs a request that is over.</summary>
    public void Record(StreamContext context)
    {
        CountEnd(Model.Listener, context);
        foreach (StreamAccessLog log in Model.AccessLogs)
        {
            log.Sink.Write(Loop.Index, log.Format, context);
        }
    }

    /// <summary>Counts a response's head for the host that sent it.</summary>
    public void CountResponse(Host host, StreamContext context)
    {
        CountResponse(host.Cluster.Metrics, context);
        CountResponse(host.Metrics, context);
    }

    /// <summary>Counts a host that did not answer in time.</summary>
    public void CountTimeout(Cluster cluster, Host host)
    {
        cluster.Metrics.Add(Loop.Index, UpstreamMetric.RequestTimeout);
        host.Metrics.Add(Loop.Index, UpstreamMetric.RequestTimeout);
    }

    /// <summary>Tells whoever learns from it how a try ended.</summary>
    public void Observe(Cluster cluster, UpstreamTry attempt, TryResult result, int status)
    {
        if (result == TryResult.Broken && attempt.Stream is { IsConnected: true })
        {
            CountReset(attempt.Host!, UpstreamMetric.RequestRemoteReset);
        }
        if (cluster.Current.Observers.Length > 0)
        {
            long endNs = attempt.HeadNs == 0 ? Loop.TurnNs : attempt.HeadNs;
            cluster.Observe(attempt.Host!, Loop, new TryOutcome(result, status, endNs - attempt.StartNs));
        }
    }

    /// <summary>Counts a try that was reset, by whom the metric says.</summary>
    public void CountReset(Host host, UpstreamMetric metric)
    {
        host.Cluster.Metrics.Add(Loop.Index, metric);
        host.Metrics.Add(Loop.Index, metric);
    }

    /// <summary>Counts a request that a limit of the cluster refused.</summary>
    public void CountOverflow(Cluster cluster, Host? host = null)
    {
        cluster.Metrics.Add(Loop.Index, UpstreamMetric.RequestPendingOverflow);
        host?.Metrics.Add(Loop.Index, UpstreamMetric.RequestPendingOverflow);
    }

    /// <summary>Counts a request that is not tried again because too many others are.</summary>
    public void CountRetryOverflow(Cluster cluster) =>
        cluster.Metrics.Add(Loop.Index, UpstreamMetric.RequestRetryOverflow);

    /// <summary>Counts a response that the client does not get, because another try is made.</summary>
    public void CountRetried(Cluster cluster, Host host)
    {
        cluster.Metrics.Add(Loop.Index, UpstreamMetric.ResponseFailed);
        host.Metrics.Add(Loop.Index, UpstreamMetric.ResponseFailed);
    }

    /// <summary>Requests that are with the cluster now, over all loops.</summary>
    public static long ActiveRequests(Cluster cluster) => cluster.Metrics.Read(UpstreamMetric.RequestActive);

    /// <summary>Counts a further try.</summary>
    public void CountRetry(Cluster cluster) => cluster.Metrics.Add(Loop.Index, UpstreamMetric.RequestRetry);

    private void CountResponse(MetricGroup group, StreamContext context)
    {
        long duration = context.ResponseReceivedNs - context.StartNs;
        int status = context.GrpcStatus is { } said ? GrpcStatuses.HttpOf(said) : context.Response!.Status;
        bool failed = status >= 500;
        group.Record(Loop.Index, UpstreamMetric.RequestDurationTime, duration);
        group.Add(Loop.Index, UpstreamMetric.RequestDurationTimeTotal, duration);
        group.Add(Loop.Index, failed ? UpstreamMetric.ResponseFailed : UpstreamMetric.ResponseSuccess);
    }

    private void CountEnd(MetricGroup group, StreamContext context)
    {
        int loop = Loop.Index;
        long time = context.FinishedNs - context.StartNs;
        long process = context.ProcessNs;
        group.Add(loop, DownstreamMetric.RequestActive, -1);
        group.Record(loop, DownstreamMetric.RequestTime, time);
        group.Add(loop, DownstreamMetric.RequestTimeTotal, time);
        group.Record(loop, DownstreamMetric.ProcessTime, process);
        group.Add(loop, DownstreamMetric.ProcessTimeTotal, process);
        group.Add(loop, DownstreamMetrics.ForStatus(context.Status));
        if ((context.Flags & ResponseFlags.Failed) != ResponseFlags.None)
        {
            group.Add(loop, DownstreamMetric.RequestFailed);
        }
        if (context.Error is { Source: ErrorSource.Downstream })
        {
            group.Add(loop, DownstreamMetric.RequestReset);
        }
    }
}
