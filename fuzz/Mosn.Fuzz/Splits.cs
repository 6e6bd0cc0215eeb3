namespace Mosn.Fuzz;

/// <summary>
/// Cuts an input into the pieces in which it might arrive: sometimes byte by byte, sometimes in few pieces. The cuts follow
/// from the bytes (FNV-1a, then SplitMix64), so that AFL need not find them, and a run can be repeated.
/// </summary>
internal struct Splits
{
    private readonly int _pieceMax;
    private ulong _state;

    public Splits(ReadOnlySpan<byte> bytes)
    {
        _state = 14695981039346656037;
        foreach (byte value in bytes)
        {
            _state = (_state ^ value) * 1099511628211;
        }
        _pieceMax = (int)(Draw() % 4) switch
        {
            0 => 1,
            1 => 7,
            2 => 64,
            _ => Math.Max(1, bytes.Length),
        };
    }

    /// <summary>The end of the next piece behind <paramref name="start"/>; at most <paramref name="end"/>.</summary>
    public int Next(int start, int end) => (int)Math.Min(end, start + 1 + (long)(Draw() % (ulong)_pieceMax));

    private ulong Draw()
    {
        ulong mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
