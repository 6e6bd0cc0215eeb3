using System.Runtime.InteropServices;

namespace Mosn.Proxy.Observability;

/// <summary>
/// A bounded queue of bytes from one thread (a loop) to one other (the log writer), without locks and without system
/// calls. Lines are written in place and read in batches as long as possible.
/// </summary>
/// <remarks>
/// Positions count up for ever; a position modulo the capacity is its place in the buffer. A line never wraps: the
/// buffer is longer than the capacity by one line, and the line that crosses the capacity ends the lap; the next one
/// starts at the beginning of the buffer. Lines begin only if the longest possible line is free, so the producer
/// cannot end a second lap, nor touch the overhang, before the consumer has left the first.
/// </remarks>
internal sealed class LogRing
{
    public const int LineLengthMax = 8 * 1024;

    private readonly byte[] _buffer;
    private readonly int _capacity;
    private Positions _positions;
    private long _tailSeen; // The producer reads the consumer's cache line only when this says full.
    private int _lapEnd;

    /// <param name="capacity">A power of two, at least four times <see cref="LineLengthMax"/>.</param>
    public LogRing(int capacity)
    {
        Check.That(int.IsPow2(capacity) && capacity >= 4 * LineLengthMax);
        _capacity = capacity;
        _buffer = GC.AllocateUninitializedArray<byte>(capacity + LineLengthMax);
    }

    /// <summary>Whether there is nothing to read. Any thread.</summary>
    public bool IsEmpty => Volatile.Read(ref _positions.Head) == Volatile.Read(ref _positions.Tail);

    /// <summary>
    /// Producer: memory for the next line, <see cref="LineLengthMax"/> bytes, or false if the consumer is too far
    /// behind.
    /// </summary>
    public bool TryBegin(out Span<byte> line)
    {
        long head = _positions.Head;
        if (head + LineLengthMax - _tailSeen > _capacity)
        {
            _tailSeen = Volatile.Read(ref _positions.Tail);
            if (head + LineLengthMax - _tailSeen > _capacity)
            {
                line = default;
                return false;
            }
        }
        line = _buffer.AsSpan((int)(head & (_capacity - 1)), LineLengthMax);
        return true;
    }

    /// <summary>
    /// Producer: hands the first <paramref name="length"/> bytes of the line over. True each time that another
    /// quarter of the capacity is full, which is when the consumer should be woken.
    /// </summary>
    public bool Commit(int length)
    {
        long head = _positions.Head;
        long next = head + length;
        int end = (int)(head & (_capacity - 1)) + length;
        if (end >= _capacity)
        {
            _lapEnd = end;
            next = (head & -_capacity) + _capacity;
        }
        Volatile.Write(ref _positions.Head, next);
        return ((head ^ next) & -(_capacity / 4)) != 0;
    }

    /// <summary>Consumer: the longest piece that can be read at once; empty if there is nothing.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        long head = Volatile.Read(ref _positions.Head);
        long tail = _positions.Tail;
        int start = (int)(tail & (_capacity - 1));
        bool lapEnded = (head & -_capacity) != (tail & -_capacity);
        int end = lapEnded ? _lapEnd : (int)(head & (_capacity - 1));
        return _buffer.AsSpan(start, end - start);
    }

    /// <summary>Consumer: gives back a piece that <see cref="Peek"/> returned, whole.</summary>
    public void Advance(int length)
    {
        long tail = _positions.Tail;
        bool lapEnded = (int)(tail & (_capacity - 1)) + length >= _capacity;
        Volatile.Write(ref _positions.Tail, lapEnded ? (tail & -_capacity) + _capacity : tail + length);
    }

    // Each on a cache line of its own.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Positions
    {
        [FieldOffset(64)]
        public long Head;

        [FieldOffset(128)]
        public long Tail;
    }
}
