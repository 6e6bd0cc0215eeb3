using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// One try of a request at one host: its stream once there is one, how much of the request it has taken, and the time it
/// may take, of which it is the timer. Pooled with its request, which decides; this only keeps and gives back.
/// </summary>
internal sealed class UpstreamTry(ProxyStream owner, ProxyWorker worker) : LoopTimer
{
    /// <summary>The place in the queue for a connection, if the try has to wait for one.</summary>
    public PoolWaiter Waiter { get; } = new(owner);

    /// <summary>Where the request goes; null while there is no try.</summary>
    public Host? Host { get; private set; }

    /// <summary>The connections it goes on.</summary>
    public IConnectionPool? Pool { get; private set; }

    /// <summary>Null before a connection was found, and after the end.</summary>
    public IClientStream? Stream { get; set; }

    /// <summary>Bytes of what is kept of the body that were sent.</summary>
    public int BytesTaken { get; set; }

    /// <summary>True once the whole request was sent.</summary>
    public bool IsSent { get; set; }

    /// <summary>True once its own time is up.</summary>
    public bool IsTimedOut { get; private set; }

    /// <summary>Loop nanoseconds.</summary>
    public long StartNs { get; private set; }

    /// <summary>
    /// Loop nanoseconds at which the head came, of an answer whose end says whether it is a good one; 0: of any other.
    /// </summary>
    public long HeadNs { get; set; }

    /// <summary>True while it may still bring a response.</summary>
    public bool IsUnderWay => Stream is not null || Waiter.State is PoolWaiterState.Waiting or PoolWaiterState.Ready;

    /// <summary>Begins a try.</summary>
    public void Begin(Host host, IConnectionPool pool, long nowNs)
    {
        Host = host;
        Pool = pool;
        StartNs = nowNs;
    }

    /// <summary>The time of the try is up, and it goes on all the same, beside another.</summary>
    public void Outlive() => IsTimedOut = false;

    /// <summary>
    /// Ends the try, whatever its state: a connection that carried a whole exchange is kept, any other is closed.
    /// </summary>
    /// <param name="isUnwanted">Its answer may still come, and is not wanted any more. So the connection may be kept, too.</param>
    public void End(bool isUnwanted = false)
    {
        if (Host is null)
        {
            return;
        }
        TimerWheel.Cancel(this);
        if (Waiter.State != PoolWaiterState.None)
        {
            Waiter.Cancel();
        }
        if (Stream is { } stream)
        {
            bool isWhole = stream.HeadReceived && (stream.Body.IsEnded || stream.Response.HasUpgrade);
            if (!isWhole && stream.Error is null)
            {
                worker.CountReset(Host, UpstreamMetric.RequestLocalReset);
            }
            Stream = null;
            if (isUnwanted)
            {
                stream.Abandon();
            }
            else
            {
                stream.Release();
            }
        }
        Host = null;
        Pool = null;
        BytesTaken = 0;
        HeadNs = 0;
        IsSent = IsTimedOut = false;
    }

    protected override void OnTimer()
    {
        IsTimedOut = true;
        owner.OnActivity();
    }
}
