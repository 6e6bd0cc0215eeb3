namespace Mosn.Transport.Buffers;

/// <summary>
/// Bytes received and not yet consumed, always in one piece. Holds no memory while it is empty, so an idle connection
/// costs nothing. Belongs to one loop.
/// </summary>
public sealed class ReadBuffer(BufferPool pool)
{
    /// <summary>Room below which a read would be wasteful.</summary>
    private const int RoomMin = 2048;

    private Chunk? _chunk;
    private int _start;
    private int _end;

    /// <summary>Bytes that wait.</summary>
    public int Length => _end - _start;

    /// <summary>The bytes that wait. Valid until the next call that changes the buffer.</summary>
    public ReadOnlySpan<byte> Unread => _chunk is null ? default : _chunk.Span[_start.._end];

    /// <summary>Room for the next read: at least 2 KiB, more when <paramref name="wanted"/> says so.</summary>
    /// <param name="wanted">Bytes of a chunk to prefer when a new one is needed.</param>
    public Span<byte> Reserve(int wanted = BufferPool.ChunkBytes)
    {
        if (_chunk is null)
        {
            _chunk = pool.Rent(wanted);
            _start = _end = 0;
        }
        else if (_start == _end && _chunk.IsExclusive && _chunk.Capacity >= wanted)
        {
            _start = _end = 0;
        }
        else if (_chunk.Capacity - _end < RoomMin || (_start == _end && _chunk.Capacity < wanted))
        {
            MoveToNewChunk(wanted);
        }
        return _chunk!.Span[_end..];
    }

    /// <summary>Counts bytes that were read into the span of <see cref="Reserve"/>.</summary>
    public void Commit(int count)
    {
        Check.That(_chunk is not null && count >= 0 && count <= _chunk.Capacity - _end);
        _end += count;
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Consume(int count)
    {
        Check.That(count >= 0 && count <= Length);
        _start += count;
    }

    /// <summary>Consumes bytes from the front and gives them as a slice, which the caller may retain.</summary>
    /// <param name="skip">Bytes to drop before it.</param>
    public BufferSlice Take(int skip, int count)
    {
        Check.That(_chunk is not null && skip >= 0 && count >= 0 && skip + count <= Length);
        BufferSlice slice = new(_chunk, _start + skip, count);
        _start += skip + count;
        return slice;
    }

    /// <summary>Gives the memory back if nothing waits in it. Called when the owner is done with a read.</summary>
    public void ReleaseIfEmpty()
    {
        if (_chunk is not null && _start == _end)
        {
            Release();
        }
    }

    /// <summary>Drops everything and gives the memory back.</summary>
    public void Release()
    {
        _chunk?.Release();
        _chunk = null;
        _start = _end = 0;
    }

    private void MoveToNewChunk(int wanted)
    {
        Chunk old = _chunk!;
        int length = Length;
        if (length > 0 && old.IsExclusive && old.Capacity >= wanted && old.Capacity - length >= old.Capacity / 2)
        {
            old.Span[_start.._end].CopyTo(old.Span);
        }
        else
        {
            // Doubling keeps the copies of a large head linear in its size.
            Chunk next = pool.Rent(Math.Max(wanted, length == 0 ? 0 : Math.Max(length * 2, length + RoomMin)));
            old.Span[_start.._end].CopyTo(next.Span);
            _chunk = next;
            old.Release();
        }
        _start = 0;
        _end = length;
    }
}
