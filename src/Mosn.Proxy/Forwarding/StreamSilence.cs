using Mosn.Transport.Loops;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// Ends a stream on which not a byte of a body has moved for the route's <c>idle_timeout</c>, in either direction. Looks
/// only when its time has come: a stream that moves costs one look in that time. Pooled with its stream.
/// </summary>
internal sealed class StreamSilence(ProxyStream owner, UpstreamExchange exchange) : LoopTimer
{
    private EventLoop? _loop;
    private long _timeoutMs;
    private long _movedBefore;

    /// <summary>True once it was silent for so long; OnActivity has told.</summary>
    public bool IsOver { get; private set; }

    /// <param name="timeoutMs">Milliseconds; 0: for ever.</param>
    public void Start(EventLoop loop, long timeoutMs)
    {
        if (timeoutMs > 0)
        {
            _loop = loop;
            _timeoutMs = timeoutMs;
            Look();
        }
    }

    public void Stop()
    {
        if (_timeoutMs > 0)
        {
            TimerWheel.Cancel(this);
            _timeoutMs = _movedBefore = 0;
            IsOver = false;
        }
    }

    protected override void OnTimer()
    {
        if (exchange.BytesMoved != _movedBefore)
        {
            Look();
            return;
        }
        IsOver = true;
        owner.OnActivity();
    }

    private void Look()
    {
        _movedBefore = exchange.BytesMoved;
        _loop!.Timers.Set(this, _loop.NowMs + _timeoutMs);
    }
}
