namespace Mosn.Testing;

/// <summary>One direction of a connection: bytes that were sent, of which some have arrived and some were read.</summary>
/// <param name="capacity">Bytes between a send and the read of it.</param>
internal sealed class MemoryPipe(int capacity)
{
    private byte[] _ring = [];
    private long _written;
    private long _arrived;
    private long _read;

    public int Room => capacity - (int)(_written - _read);

    public int Readable => (int)(_arrived - _read);

    /// <summary>Linux tells a writer of room only when a third of the buffer is free, so that writes are not tiny.</summary>
    public bool HasFairRoom => Room >= Math.Max(1, capacity / 3);

    /// <summary>When the last piece sent so far arrives: what is sent later arrives later.</summary>
    public long LastArrivalNs { get; set; }

    /// <summary>True once a reset has overtaken what was still under way.</summary>
    public bool IsBroken { get; private set; }

    public int Write(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(Room, bytes.Length);
        EnsureRing((int)(_written - _read) + count);
        for (int done = 0; done < count;)
        {
            int at = (int)((_written + done) & (_ring.Length - 1));
            int here = Math.Min(count - done, _ring.Length - at);
            bytes.Slice(done, here).CopyTo(_ring.AsSpan(at));
            done += here;
        }
        _written += count;
        return count;
    }

    public int Read(Span<byte> into)
    {
        int count = Math.Min(Readable, into.Length);
        for (int done = 0; done < count;)
        {
            int at = (int)((_read + done) & (_ring.Length - 1));
            int here = Math.Min(count - done, _ring.Length - at);
            _ring.AsSpan(at, here).CopyTo(into[done..]);
            done += here;
        }
        _read += count;
        return count;
    }

    public void Arrive(int count) => _arrived += count;

    /// <summary>Nothing that is under way arrives any more.</summary>
    public void Break() => IsBroken = true;

    /// <summary>What has arrived and was not read is lost.</summary>
    public void DropUnread() => _read = _arrived;

    private void EnsureRing(int length)
    {
        if (length <= _ring.Length)
        {
            return;
        }
        // Grown by need: a thousand idle connections must not cost a thousand buffers.
        byte[] next = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 256))];
        for (long i = _read; i < _written; i++)
        {
            next[(int)(i & (next.Length - 1))] = _ring[(int)(i & (_ring.Length - 1))];
        }
        _ring = next;
    }
}
