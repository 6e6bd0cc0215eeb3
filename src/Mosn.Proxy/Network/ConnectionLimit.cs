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
        // Not an increment that is taken back: for a moment it would take a place that somebody else could have.
        long count = Interlocked.Read(ref _count);
        while (max == 0 || count < max)
        {
            long seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count)
            {
                return true;
            }
            count = seen;
        }
        return false;
    }

    /// <summary>Gives a place back. Any thread.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
