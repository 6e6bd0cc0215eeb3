namespace Mosn.Transport.Buffers;

/// <summary>What pools hold, or have held, and do not need.</summary>
/// <param name="Managed">Bytes of objects as they were when they were made; many grow when they are used.</param>
/// <param name="Native">
/// Bytes of chunks, those included that were given back to the heap of C already, which may keep them.
/// </param>
public readonly record struct SurplusBytes(long Managed, long Native)
{
    /// <summary>The sums.</summary>
    public static SurplusBytes operator +(SurplusBytes left, SurplusBytes right) =>
        new(left.Managed + right.Managed, left.Native + right.Native);
}
