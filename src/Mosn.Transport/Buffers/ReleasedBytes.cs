namespace Mosn.Transport.Buffers;

/// <summary>What pools have let go, in bytes.</summary>
/// <param name="Managed">Left to the garbage collector: at least that many, as objects grow after they are made.</param>
/// <param name="Native">Given to the heap of C, which may keep them.</param>
public readonly record struct ReleasedBytes(long Managed, long Native)
{
    /// <summary>The sums.</summary>
    public static ReleasedBytes operator +(ReleasedBytes left, ReleasedBytes right) =>
        new(left.Managed + right.Managed, left.Native + right.Native);
}
