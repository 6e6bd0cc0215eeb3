namespace Mosn.Protocols;

/// <summary>Where a part of a head lies in its <see cref="LineArena"/>.</summary>
internal readonly record struct LineSlice(int Start, int Length);

/// <summary>The bytes of a request or status line, and of what replaced parts of them.</summary>
internal struct LineArena()
{
    private const int BytesKeptMax = 16 * 1024;

    private byte[] _bytes = [];

    /// <summary>Bytes.</summary>
    public int Used { get; private set; }

    public readonly ReadOnlySpan<byte> Get(LineSlice slice) => _bytes.AsSpan(slice.Start, slice.Length);

    public LineSlice Append(ReadOnlySpan<byte> text)
    {
        int start = Used;
        int end = checked(start + text.Length);
        if (_bytes.Length < end)
        {
            // The text may lie in the old array, which stays intact.
            byte[] larger = new byte[Math.Max(end, Math.Max(256, (int)Math.Min(2L * _bytes.Length, Array.MaxLength)))];
            _bytes.AsSpan(0, start).CopyTo(larger);
            _bytes = larger;
        }
        text.CopyTo(_bytes.AsSpan(start));
        Used = end;
        return new LineSlice(start, text.Length);
    }

    public void Clear()
    {
        Used = 0;
        if (_bytes.Length > BytesKeptMax)
        {
            _bytes = [];
        }
    }
}
