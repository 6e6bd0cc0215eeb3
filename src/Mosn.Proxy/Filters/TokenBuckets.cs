using System.Numerics;

namespace Mosn.Proxy.Filters;

/// <summary>
/// The buckets of up to so many keys, for all loops, without locks. A key has eight places where it may stand. If they
/// are taken, it gets that of the bucket which is nearest to full: a full one says nothing that a new one does not.
/// </summary>
/// <remarks>
/// A key that is known costs no allocation. Limits are exact unless two loops meet the same new key while its places are
/// all taken. Places are made by their first use, so that a table costs what its keys need.
/// </remarks>
internal sealed class TokenBuckets
{
    private const int Ways = 8;

    private readonly TokenBucket?[]?[] _sets;

    /// <param name="keysMax">Rounded up to a power of two, at least 8.</param>
    public TokenBuckets(int keysMax) =>
        _sets = new TokenBucket?[]?[Math.Max(1, (int)(BitOperations.RoundUpToPowerOf2((uint)keysMax) / Ways))];

    /// <summary>The key's bucket, a new and full one if it is not known. Any loop.</summary>
    /// <param name="key">A hash that clients cannot choose.</param>
    /// <param name="dropped">A bucket that was not full had to go.</param>
    public TokenBucket Find(ulong key, long nowNs, out bool dropped)
    {
        dropped = false;
        TokenBucket?[] set = SetOf(key);
        TokenBucket? made = null;
        while (true)
        {
            int oldest = 0;
            long oldestNs = long.MaxValue;
            for (int way = 0; way < Ways; way++)
            {
                TokenBucket? bucket = Volatile.Read(ref set[way]);
                if (bucket is null)
                {
                    made ??= new TokenBucket(key);
                    bucket = Interlocked.CompareExchange(ref set[way], made, null) ?? made;
                }
                if (bucket.Key == key)
                {
                    return bucket;
                }
                if (bucket.FullAtNs < oldestNs)
                {
                    (oldest, oldestNs) = (way, bucket.FullAtNs);
                }
            }
            TokenBucket? victim = set[oldest];
            made ??= new TokenBucket(key);
            if (Interlocked.CompareExchange(ref set[oldest], made, victim) == victim)
            {
                dropped = oldestNs > nowNs;
                return made;
            }
        }
    }

    private TokenBucket?[] SetOf(ulong key)
    {
        ref TokenBucket?[]? set = ref _sets[key & (ulong)(_sets.Length - 1)];
        return Volatile.Read(ref set)
            ?? Interlocked.CompareExchange(ref set, new TokenBucket?[Ways], null)
            ?? set;
    }
}
