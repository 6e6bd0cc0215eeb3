namespace Mosn.Transport.Buffers;

/// <summary>
/// Bytes that wait to be sent, in order: small ones copied together, large ones kept where they were received. Holds no
/// memory while it is empty. Belongs to one loop.
/// </summary>
public sealed class OutputQueue(BufferPool pool)
{
    /// <summary>Bytes up to which a copy is cheaper than another piece in the gathered send.</summary>
    private const int CopyMax = 2048;

    private Segment[] _segments = [];
    private int _first;
    private int _count;

    private struct Segment
    {
        public Chunk Chunk;
        public int Start;
        public int End;

        /// <summary>True when the chunk was rented by this queue, so its free tail may be written.</summary>
        public bool Owned;
    }

    /// <summary>Bytes that wait.</summary>
    public int Length { get; private set; }

    /// <summary>Pieces that a gathered send would take.</summary>
    public int SegmentCount => _count;

    /// <summary>Room at the end for at least <paramref name="atLeast"/> bytes; <see cref="Commit"/> follows.</summary>
    public Span<byte> Reserve(int atLeast)
    {
        if (_count > 0)
        {
            ref Segment last = ref At(_count - 1);
            if (last.Owned && last.Chunk.Capacity - last.End >= atLeast)
            {
                return last.Chunk.Span[last.End..];
            }
        }
        Chunk chunk = pool.Rent(atLeast);
        Push(new Segment { Chunk = chunk, Owned = true });
        return chunk.Span;
    }

    /// <summary>Queues bytes that were written to the span of <see cref="Reserve"/>.</summary>
    public void Commit(int count)
    {
        ref Segment last = ref At(_count - 1);
        Check.That(last.Owned && count >= 0 && count <= last.Chunk.Capacity - last.End);
        last.End += count;
        Length += count;
        if (last.Start == last.End)
        {
            _count--;
            Drop(ref last);
        }
    }

    /// <summary>Queues a copy of the bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = Reserve(1);
            int count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Commit(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Queues the slice's bytes: retains its chunk when they are many, copies them when they are few.</summary>
    public void Write(BufferSlice slice)
    {
        if (slice.Length <= CopyMax)
        {
            Write(slice.Span);
            return;
        }
        if (_count > 0)
        {
            ref Segment last = ref At(_count - 1);
            if (!last.Owned && last.Chunk == slice.Chunk && last.End == slice.Start)
            {
                last.End += slice.Length;
                Length += slice.Length;
                return;
            }
        }
        slice.Chunk.Retain();
        Push(new Segment { Chunk = slice.Chunk, Start = slice.Start, End = slice.Start + slice.Length });
        Length += slice.Length;
    }

    /// <summary>The piece at <paramref name="index"/>, counted from the front.</summary>
    public ReadOnlySpan<byte> Peek(int index)
    {
        Check.That(index >= 0 && index < _count);
        ref Segment segment = ref At(index);
        return segment.Chunk.Span[segment.Start..segment.End];
    }

    /// <summary>
    /// The bytes at the front that lie in one piece, at most <paramref name="max"/>. Valid until they are dropped, unless
    /// the chunk is retained.
    /// </summary>
    public BufferSlice Front(int max)
    {
        Check.That(_count > 0);
        ref Segment first = ref At(0);
        return new BufferSlice(first.Chunk, first.Start, Math.Min(max, first.End - first.Start));
    }

    /// <summary>Drops bytes from the front: they were sent.</summary>
    public void Advance(int count)
    {
        Check.That(count >= 0 && count <= Length);
        Length -= count;
        while (count > 0)
        {
            ref Segment first = ref At(0);
            int here = Math.Min(count, first.End - first.Start);
            first.Start += here;
            count -= here;
            if (first.Start == first.End)
            {
                RemoveFirst();
            }
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            RemoveFirst();
        }
        Length = 0;
    }

    internal unsafe byte* AddressOf(int index, out int length)
    {
        ref Segment segment = ref At(index);
        length = segment.End - segment.Start;
        return segment.Chunk.Address + segment.Start;
    }

    private ref Segment At(int index) => ref _segments[(_first + index) & (_segments.Length - 1)];

    private void Push(Segment segment)
    {
        if (_count > 0 && At(_count - 1) is { } last && last.Start == last.End)
        {
            // Reserved and given up. A piece of no bytes in the middle would hold a chunk, and stop a sender that counts.
            _count--;
            Drop(ref At(_count));
        }
        if (_count == _segments.Length)
        {
            Grow();
        }
        At(_count) = segment;
        _count++;
    }

    private void RemoveFirst()
    {
        ref Segment first = ref At(0);
        _first = (_first + 1) & (_segments.Length - 1);
        _count--;
        Drop(ref first);
    }

    private static void Drop(ref Segment segment)
    {
        Chunk chunk = segment.Chunk;
        segment = default;
        chunk.Release();
    }

    private void Grow()
    {
        Segment[] next = new Segment[Math.Max(2, _segments.Length * 2)];
        for (int i = 0; i < _count; i++)
        {
            next[i] = At(i);
        }
        _segments = next;
        _first = 0;
    }
}
