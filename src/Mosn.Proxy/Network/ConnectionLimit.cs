namespace Mosn.Proxy.Network;

/// <summary>A bound on connections that all loops share: exact, so one atomic number for all.</summary>
/// <param name="max">Connections at one time; 0: unbounded, and counted all the same.</param>
public sealed class ConnectionLimit(long max)
{
    private long _count;

    /// <summary>Connections now.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Takes a place; false if there is none. Any thread.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= max || max == 0)
        {
            return true;
        }
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives a place back. Any thread.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
