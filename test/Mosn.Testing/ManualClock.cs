namespace Mosn.Testing;

/// <summary>A clock that a test moves. It is the time of a <see cref="MemoryNetwork"/> and of what takes a TimeProvider.</summary>
/// <remarks>It has no timers of its own: asking for one is a mistake in the test and throws.</remarks>
public sealed class ManualClock : TimeProvider
{
    /// <summary>Nanoseconds per millisecond.</summary>
    public const long NsPerMs = 1_000_000;

    /// <summary>The wall clock when the monotonic one is at zero: a fixed day, so that formatted times can be compared.</summary>
    private static readonly DateTimeOffset Epoch = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The monotonic clock. It does not begin at zero, so that a forgotten subtraction shows.</summary>
    public long NowNs { get; private set; } = 1_000_000 * NsPerMs;

    /// <summary>The monotonic clock in milliseconds, rounded down.</summary>
    public long NowMs => NowNs / NsPerMs;

    /// <inheritdoc/>
    public override long TimestampFrequency => 1_000_000_000;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Sets the monotonic clock; it never goes back.</summary>
    public void MoveTo(long nowNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nowNs, NowNs);
        NowNs = nowNs;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => NowNs;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(NowNs / 100);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("A manual clock has no timers; use a loop's.");
}
