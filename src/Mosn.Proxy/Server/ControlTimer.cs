using Mosn.Transport.Loops;

namespace Mosn.Proxy.Server;

/// <summary>Does something after a time, for the control side: from any thread, by the clock of a loop.</summary>
/// <param name="loop">Where <paramref name="action"/> runs.</param>
internal sealed class ControlTimer(EventLoop loop, Action action) : LoopTimer
{
    private bool _isStopped;

    /// <summary>Another call moves it; after <see cref="StopAsync"/> it has no effect.</summary>
    public void Start(long afterMs) => loop.Post(
        _ =>
        {
            if (!_isStopped)
            {
                loop.Timers.Set(this, loop.NowMs + afterMs);
            }
        },
        state: null);

    /// <summary>Completes when the action has run or will not run any more.</summary>
    public Task StopAsync()
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(
            _ =>
            {
                _isStopped = true;
                loop.Timers.Remove(this);
                stopped.SetResult();
            },
            state: null);
        return stopped.Task;
    }

    protected override void OnTimer() => action();
}
