namespace Mosn.Transport.Buffers;

/// <summary>
/// Some bytes of a chunk. A slice holds no reference itself: it is valid until its giver next reads or returns to the
/// loop, unless the taker retains <paramref name="Chunk"/>.
/// </summary>
public readonly record struct BufferSlice(Chunk Chunk, int Start, int Length)
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => Chunk.Span.Slice(Start, Length);
}
