using Mosn.Transport.Buffers;

namespace Mosn.Transport.Loops;

/// <summary>
/// One loop's free objects of a kind, last in, first out. Not thread-safe: it belongs to its loop.
/// </summary>
public sealed class ObjectPool<T> : ISurplus
    where T : class
{
    /// <summary>More than are in use at a busy time.</summary>
    private const int BusyMax = 16 * 1024;

    /// <summary>Objects that are not worth a look.</summary>
    private const int FewMax = 128;

    private const int FirstRoom = 16;

    private readonly Func<T> _create;
    private readonly int _keptMax;
    private readonly ISurplusWatch? _watch;
    private Slot[] _free = [];
    private int _count;

    /// <summary>The fewest that were free since the last look: so many nobody has needed.</summary>
    private int _leastCount;
    private long _bytesEach;
    private bool _isWatched;

    /// <summary>
    /// A pool that keeps as many objects as were in use at the same time (up to 16,384), and lets them go when the busy
    /// time is over.
    /// </summary>
    /// <param name="create">Makes an object when none is free.</param>
    public ObjectPool(EventLoop loop, Func<T> create)
        : this(create, BusyMax) => _watch = loop.Surplus;

    /// <summary>A pool that keeps that many objects for good.</summary>
    /// <param name="create">Makes an object when none is free.</param>
    /// <param name="keptMax">The garbage collector takes what comes back above.</param>
    public ObjectPool(Func<T> create, int keptMax)
    {
        _create = create;
        _keptMax = keptMax;
    }

    /// <summary>A free object, or a new one.</summary>
    public T Rent()
    {
        if (_count == 0)
        {
            return Create();
        }
        ref Slot slot = ref _free[--_count];
        if (_count < _leastCount)
        {
            _leastCount = _count;
        }
        T item = slot.Item;
        slot = default;
        return item;
    }

    /// <summary>Takes back an object that nobody refers to any more and that is clean.</summary>
    public void Return(T item)
    {
        if (_count == _free.Length && !TryGrow())
        {
            return;
        }
        _free[_count++].Item = item;
    }

    bool ISurplus.Release(ref ReleasedBytes released)
    {
        int surplus = Math.Min(_leastCount, _count - FewMax);
        if (surplus > 0)
        {
            // Those that were returned last stay: what they hold is in the processor's cache.
            int kept = _count - surplus;
            Slot[] free = new Slot[Math.Max(FewMax, kept)];
            Array.Copy(_free, surplus, free, 0, kept);
            (_free, _count) = (free, kept);
            released += new ReleasedBytes(Managed: surplus * _bytesEach, Native: 0);
        }
        _leastCount = _count;
        _isWatched = _free.Length > FewMax;
        return _isWatched;
    }

    private T Create()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T item = _create();
        _bytesEach = GC.GetAllocatedBytesForCurrentThread() - before;
        return item;
    }

    private bool TryGrow()
    {
        if (_count >= _keptMax)
        {
            return false;
        }
        Array.Resize(ref _free, Math.Min(_keptMax, Math.Max(FirstRoom, _count * 2)));
        if (!_isWatched && _free.Length > FewMax)
        {
            _isWatched = _watch is not null;
            _watch?.Watch(this);
        }
        return true;
    }

    /// <summary>A struct around the reference: storing into an array of classes would check the type each time.</summary>
    private struct Slot
    {
        public T Item;
    }
}
