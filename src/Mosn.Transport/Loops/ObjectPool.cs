namespace Mosn.Transport.Loops;

/// <summary>
/// One loop's free objects of a kind, last in, first out. Not thread-safe: it belongs to its loop.
/// </summary>
/// <param name="create">Makes an object when none is free.</param>
/// <param name="keptMax">Objects kept; the garbage collector takes what comes back above.</param>
public sealed class ObjectPool<T>(Func<T> create, int keptMax = 1024)
    where T : class
{
    private readonly Stack<T> _free = new();

    /// <summary>A free object, or a new one.</summary>
    public T Rent() => _free.TryPop(out T? item) ? item : create();

    /// <summary>Takes back an object that nobody refers to any more and that is clean.</summary>
    public void Return(T item)
    {
        if (_free.Count < keptMax)
        {
            _free.Push(item);
        }
    }
}
