using Mosn.Transport.Buffers;

namespace Mosn.Transport.Loops;

/// <summary>
/// Lets a loop's pools shrink when a busy time is over: what nobody has needed from one look to the next is let go. While all of them
/// are small there is no timer, and nothing to do.
/// </summary>
public sealed class SurplusWatch : LoopTimer, ISurplusWatch
{
    /// <summary>Milliseconds between two looks.</summary>
    public const long LookMs = 60_000;

    private readonly EventLoop _loop;
    private readonly List<ISurplus> _pools = [];
    private volatile Action<ReleasedBytes>? _onReleased;

    internal SurplusWatch(EventLoop loop) => _loop = loop;

    /// <summary>Told, on the loop, what its pools have let go at a look. Any thread may set it; null: nobody is told.</summary>
    public Action<ReleasedBytes>? OnReleased
    {
        get => _onReleased;
        set => _onReleased = value;
    }

    /// <inheritdoc/>
    public void Watch(ISurplus pool)
    {
        _pools.Add(pool);
        if (!IsArmed)
        {
            LookLater();
        }
    }

    /// <inheritdoc/>
    protected internal override void OnTimer()
    {
        ReleasedBytes released = default;
        _pools.RemoveAll(pool => !pool.Release(ref released));
        if (_pools.Count > 0)
        {
            LookLater();
        }
        if (released != default)
        {
            _onReleased?.Invoke(released);
        }
    }

    // All loops at the same times: what they let go together is collected together.
    private void LookLater() => _loop.Timers.Set(this, ((_loop.NowMs / LookMs) + 1) * LookMs);
}
