namespace Mosn.Proxy.Health;

/// <summary>
/// How many tries in a row went wrong, counted by all loops together. A good try costs a read as long as none has failed. A
/// mutable struct: keep it in a field.
/// </summary>
internal struct Streak
{
    private int _length;

    /// <summary>One more went wrong.</summary>
    /// <param name="threshold">0: there is none.</param>
    /// <returns>True for exactly one of the tries that reach the threshold; counting then begins anew.</returns>
    public bool Grow(uint threshold) =>
        threshold > 0
        && (uint)Interlocked.Increment(ref _length) >= threshold
        && (uint)Interlocked.Exchange(ref _length, 0) >= threshold;

    /// <summary>One went well.</summary>
    public void End()
    {
        if (Volatile.Read(ref _length) != 0)
        {
            Volatile.Write(ref _length, 0);
        }
    }
}
