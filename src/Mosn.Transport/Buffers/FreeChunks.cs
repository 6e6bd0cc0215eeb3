namespace Mosn.Transport.Buffers;

/// <summary>The free chunks of a size.</summary>
/// <param name="chunkBytes">Of each.</param>
/// <param name="keptBytesMax">Of all.</param>
/// <param name="fewBytesMax">So many are never too many.</param>
internal sealed class FreeChunks(int chunkBytes, int keptBytesMax, int fewBytesMax)
{
    private readonly Chunk[] _chunks = new Chunk[Math.Max(1, keptBytesMax / chunkBytes)];
    private readonly int _fewMax = fewBytesMax / chunkBytes;
    private int _count;

    /// <summary>The fewest that were free since the last look: so many nobody has needed.</summary>
    private int _leastCount;
    private int _surplus;

    /// <summary>True while there are so many that a look may be worth it.</summary>
    public bool IsMany => _count > _fewMax;

    /// <summary>The one that was used last; null if there is none.</summary>
    public Chunk? TryTake()
    {
        if (_count == 0)
        {
            return null;
        }
        Chunk chunk = _chunks[--_count];
        if (_count < _leastCount)
        {
            _leastCount = _count;
        }
        return chunk;
    }

    /// <summary>False: there are as many as are kept.</summary>
    public bool TryKeep(Chunk chunk)
    {
        if (_count == _chunks.Length)
        {
            return false;
        }
        _chunks[_count++] = chunk;
        return true;
    }

    /// <summary>Finds out how many nobody has needed since the last call, but for a few.</summary>
    /// <returns>Bytes.</returns>
    public long Look()
    {
        _surplus = Math.Max(0, Math.Min(_leastCount, _count - _fewMax));
        _leastCount = _count;
        return (long)_surplus * chunkBytes;
    }

    /// <summary>Frees those that <see cref="Look"/> found and that were not needed meanwhile.</summary>
    /// <returns>Bytes.</returns>
    public long LetGo()
    {
        int surplus = Math.Min(_surplus, _leastCount);
        for (int i = 0; i < surplus; i++)
        {
            _chunks[i].Free(); // Those at the bottom were used longest ago.
        }
        _count -= surplus;
        Array.Copy(_chunks, surplus, _chunks, 0, _count);
        Array.Clear(_chunks, _count, surplus);
        _leastCount = _count;
        _surplus = 0;
        return (long)surplus * chunkBytes;
    }

    public void FreeAll()
    {
        while (_count > 0)
        {
            _chunks[--_count].Free();
        }
        Array.Clear(_chunks);
    }
}
