namespace Mosn.Proxy.Filters;

/// <summary>
/// A token bucket in one number, the time at which it will be full again (the "generic cell rate algorithm" of ITU-T
/// I.371): exact for any number of loops that take from it at once, without a lock, and nothing has to refill it.
/// </summary>
internal sealed class TokenBucket(ulong key = 0)
{
    private long _fullAtNs;

    /// <summary>What the bucket is for, where there are several.</summary>
    public ulong Key => key;

    /// <summary>When it will be full; a time that is over says: it is.</summary>
    public long FullAtNs => Volatile.Read(ref _fullAtNs);

    /// <summary>Takes a token. False: there is none.</summary>
    /// <param name="waitNs">Until there is one again.</param>
    public bool TryTake(TokenRate rate, long nowNs, out long waitNs)
    {
        waitNs = 0;
        long seen = Volatile.Read(ref _fullAtNs);
        while (true)
        {
            long after = Math.Max(seen, nowNs) + rate.NsPerToken;
            if (after - nowNs > rate.FullNs)
            {
                waitNs = after - nowNs - rate.FullNs;
                return false;
            }
            long before = Interlocked.CompareExchange(ref _fullAtNs, after, seen);
            if (before == seen)
            {
                return true;
            }
            seen = before; // Another loop took one, so all together got on.
        }
    }

    /// <summary>Whole tokens that are left.</summary>
    public long Remaining(TokenRate rate, long nowNs) =>
        (rate.FullNs - Math.Clamp(FullAtNs - nowNs, 0, rate.FullNs)) / rate.NsPerToken;
}
