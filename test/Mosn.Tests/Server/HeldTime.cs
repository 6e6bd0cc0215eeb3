namespace Mosn.Tests.Server;

/// <summary>A clock that stands still; a timer fires when the test names the time it was set to.</summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<HeldTimer> _timers = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            HeldTimer timer = new(callback, state, dueTime);
            _timers.Add(timer);
            return timer;
        }
    }

    /// <summary>Fires the one timer that was set to <paramref name="dueTime"/>.</summary>
    public void Fire(TimeSpan dueTime)
    {
        HeldTimer timer;
        lock (_lock)
        {
            timer = Assert.Single(_timers, candidate => candidate.DueTime == dueTime);
        }
        timer.Fire();
    }

    private sealed class HeldTimer(TimerCallback callback, object? state, TimeSpan dueTime) : ITimer
    {
        public TimeSpan DueTime { get; private set; } = dueTime;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueTime = dueTime;
            return true;
        }

        public void Dispose() => DueTime = Timeout.InfiniteTimeSpan;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
