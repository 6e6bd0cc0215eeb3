namespace Mosn.Transport.Loops;

/// <summary>One value for each loop, made by its first use there. Each value belongs to its loop's thread.</summary>
/// <param name="loopCount">How many loops there are.</param>
/// <param name="create">Makes a loop's value, on that loop.</param>
public sealed class LoopLocal<T>(int loopCount, Func<EventLoop, T> create)
    where T : class
{
    private readonly T?[] _values = new T?[loopCount];

    /// <summary>The value of <paramref name="loop"/>; only for its thread.</summary>
    public T On(EventLoop loop) => _values[loop.Index] ??= create(loop);
}
