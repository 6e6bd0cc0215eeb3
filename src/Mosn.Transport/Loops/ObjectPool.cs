using Mosn.Transport.Buffers;

namespace Mosn.Transport.Loops;

/// <summary>
/// One loop's free objects of a kind, last in, first out. Not thread-safe: it belongs to its loop.
/// </summary>
public sealed class ObjectPool<T> : IShrinkable
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
    private int _surplus;
    private long _bytesEach;
    private bool _isWatched;

    /// <summary>
    /// A pool that keeps as many objects as were in use at the same time (up to 16,384), until it is told to let go of what is
    /// not needed any more (<see cref="EventLoop.Surplus"/>).
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

    bool IShrinkable.IsSmall => !_isWatched;

    SurplusBytes IShrinkable.Look()
    {
        _surplus = Math.Max(0, Math.Min(_leastCount, _count - FewMax));
        _leastCount = _count;
        if (_count <= FewMax)
        {
            Keep(_count); // Growth asks for the next look.
            _isWatched = false;
        }
        return new SurplusBytes(_surplus * _bytesEach, Native: 0);
    }

    void IShrinkable.LetGo()
    {
        Keep(_count - Math.Min(_surplus, _leastCount));
        _leastCount = _count;
        _surplus = 0;
    }

    /// <summary>Keeps so many, those that were returned last: what they hold is in the processor's cache.</summary>
    private void Keep(int count)
    {
        Slot[] free = new Slot[Math.Max(FewMax, count)];
        Array.Copy(_free, _count - count, free, 0, count);
        (_free, _count) = (free, count);
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
