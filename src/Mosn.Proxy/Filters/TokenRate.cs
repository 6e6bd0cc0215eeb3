namespace Mosn.Proxy.Filters;

/// <summary>How many tokens a bucket holds, and how fast they come back. Immutable.</summary>
/// <param name="NsPerToken">Nanoseconds in which one token comes back, at least 1.</param>
/// <param name="FullNs">Nanoseconds in which an empty bucket fills.</param>
internal readonly record struct TokenRate(long NsPerToken, long FullNs)
{
    /// <param name="tokensMax">At least 1.</param>
    /// <param name="tokensPerInterval">At least 1; they come back evenly over the interval.</param>
    public static TokenRate Of(int tokensMax, int tokensPerInterval, TimeSpan interval)
    {
        long perToken = Math.Max(1, interval.Ticks * TimeSpan.NanosecondsPerTick / tokensPerInterval);
        Int128 full = Int128.Min((Int128)perToken * tokensMax, long.MaxValue / 4);
        return new TokenRate(perToken, (long)full);
    }
}
