namespace Mosn.Transport.Loops;

/// <summary>
/// One loop's free objects of a kind, last in, first out. Not thread-safe: it belongs to its loop.
/// </summary>
/// <param name="create">Makes an object when none is free.</param>
/// <param name="keptMax">Objects kept; the garbage collector takes what comes back above. More than are in use at a busy time.</param>
public sealed class ObjectPool<T>(Func<T> create, int keptMax = 16 * 1024)
    where T : class
{
    private Slot[] _free = [];
    private int _count;

    /// <summary>A free object, or a new one.</summary>
    public T Rent()
    {
        if (_count == 0)
        {
            return create();
        }
        ref Slot slot = ref _free[--_count];
        T item = slot.Item;
        slot = default;
        return item;
    }

    /// <summary>Takes back an object that nobody refers to any more and that is clean.</summary>
    public void Return(T item)
    {
        if (_count == keptMax)
        {
            return;
        }
        if (_count == _free.Length)
        {
            Array.Resize(ref _free, Math.Max(16, _count * 2));
        }
        _free[_count++].Item = item;
    }

    /// <summary>A struct around the reference: storing into an array of classes would check the type each time.</summary>
    private struct Slot
    {
        public T Item;
    }
}
