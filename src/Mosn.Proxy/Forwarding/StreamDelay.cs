using Mosn.Proxy.Upstream;
using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>A pause in a stream's life: between two tries, or because a filter wants it. Pooled with its stream.</summary>
internal sealed class StreamDelay(ProxyStream owner) : LoopTimer
{
    private ClusterBudgets? _counted;

    /// <summary>True while the pause lasts.</summary>
    public bool IsRunning => IsArmed;

    /// <summary>Begins a pause; OnActivity tells of its end.</summary>
    /// <param name="retries">Where the request counts as one that waits to be tried again; null: nowhere.</param>
    public void Start(EventLoop loop, long ms, ClusterBudgets? retries = null)
    {
        Stop();
        _counted = retries;
        retries?.BeginPause();
        loop.Timers.Set(this, loop.NowMs + ms);
    }

    /// <summary>Ends it at once.</summary>
    public void Stop()
    {
        TimerWheel.Cancel(this);
        _counted?.EndPause();
        _counted = null;
    }

    protected override void OnTimer()
    {
        Stop();
        owner.OnActivity();
    }
}
