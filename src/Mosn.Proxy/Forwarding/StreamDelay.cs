using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>A pause in a stream's life: between two tries, or because a filter wants it. Pooled with its stream.</summary>
internal sealed class StreamDelay(ProxyStream owner) : LoopTimer
{
    /// <summary>True while the pause lasts.</summary>
    public bool IsRunning => IsArmed;

    /// <summary>Begins a pause; OnActivity tells of its end.</summary>
    public void Start(EventLoop loop, long ms) => loop.Timers.Set(this, loop.NowMs + ms);

    /// <summary>Ends it at once.</summary>
    public void Stop() => TimerWheel.Cancel(this);

    protected override void OnTimer() => owner.OnActivity();
}
