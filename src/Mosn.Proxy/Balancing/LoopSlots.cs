namespace Mosn.Proxy.Balancing;

/// <summary>
/// One value for each loop, of which a loop touches its own. Costs next to nothing before the first use: most clusters of a
/// large mesh never get a request.
/// </summary>
internal sealed class LoopSlots<T>(int loopCount)
    where T : class
{
    private T?[]? _values;

    /// <summary>Values that loops have made so far; a null for each of the others. Any thread.</summary>
    public ReadOnlySpan<T?> All => Volatile.Read(ref _values);

    /// <summary>The value of a loop, which that loop sets; null at first.</summary>
    public ref T? On(int loop) => ref (Volatile.Read(ref _values) ?? Make())[loop];

    private T?[] Make()
    {
        T?[] made = new T?[loopCount];
        return Interlocked.CompareExchange(ref _values, made, null) ?? made;
    }
}
