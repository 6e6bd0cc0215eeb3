using Mosn.Transport.Buffers;

namespace Mosn.Transport.Loops;

/// <summary>
/// The pools of a loop that are not small, for those who look now and then for what is not needed any more. While all are
/// small there is nothing to do. Belongs to the loop.
/// </summary>
public sealed class SurplusWatch : ISurplusWatch
{
    private readonly List<Watched> _pools = [];
    private volatile Action? _onLarge;

    internal SurplusWatch()
    {
    }

    /// <summary>True while all pools of the loop are small.</summary>
    public bool IsIdle => _pools.Count == 0;

    /// <summary>Told, on the loop, when this is not idle any more. Any thread may set it; null: nobody is told.</summary>
    public Action? OnLarge
    {
        get => _onLarge;
        set => _onLarge = value;
    }

    /// <inheritdoc/>
    public void Watch(IShrinkable pool)
    {
        _pools.Add(new Watched(new WeakReference<IShrinkable>(pool), default));
        if (_pools.Count == 1)
        {
            _onLarge?.Invoke();
        }
    }

    /// <summary>What nobody has needed since the last call.</summary>
    public SurplusBytes Look()
    {
        SurplusBytes sum = default;
        int kept = 0;
        for (int i = 0; i < _pools.Count; i++)
        {
            WeakReference<IShrinkable> reference = _pools[i].Pool; // A pool that goes with its filter is not kept by this.
            if (reference.TryGetTarget(out IShrinkable? pool))
            {
                SurplusBytes surplus = pool.Look();
                sum += surplus;
                if (!pool.IsSmall)
                {
                    _pools[kept++] = new Watched(reference, surplus);
                }
            }
        }
        _pools.RemoveRange(kept, _pools.Count - kept);
        return sum;
    }

    /// <summary>Lets the pools let go of what the last <see cref="Look"/> found.</summary>
    /// <param name="objects">Of objects, too; false: only of native memory.</param>
    public void LetGo(bool objects)
    {
        foreach (Watched watched in _pools)
        {
            if ((watched.Surplus.Native > 0 || objects) && watched.Pool.TryGetTarget(out IShrinkable? pool))
            {
                pool.LetGo();
            }
        }
    }

    private readonly record struct Watched(WeakReference<IShrinkable> Pool, SurplusBytes Surplus);
}
