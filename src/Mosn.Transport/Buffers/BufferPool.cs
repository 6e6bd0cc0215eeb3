namespace Mosn.Transport.Buffers;

/// <summary>
/// One loop's chunks. Last in, first out, so that the block used next is the one still in the processor's cache.
/// Not thread-safe: it belongs to its loop.
/// </summary>
public sealed class BufferPool : IDisposable
{
    /// <summary>Bytes of an ordinary chunk: holds a request head with room to spare, and a segment of a body.</summary>
    public const int ChunkBytes = 16 * 1024;

    /// <summary>Bytes of a large chunk, used while a connection moves bulk data or a head outgrows an ordinary one.</summary>
    public const int LargeChunkBytes = 128 * 1024;

    private readonly Chunk[] _ordinary;
    private readonly Chunk[] _large;
    private int _ordinaryCount;
    private int _largeCount;
    private bool _disposed;

    /// <param name="keptBytesMax">Free bytes that the pool keeps; what comes back above is given to the system.</param>
    public BufferPool(int keptBytesMax = 8 * 1024 * 1024)
    {
        _ordinary = new Chunk[Math.Max(1, keptBytesMax / 2 / ChunkBytes)];
        _large = new Chunk[Math.Max(1, keptBytesMax / 2 / LargeChunkBytes)];
    }

    /// <summary>Chunks that somebody holds. Zero when everything was given back.</summary>
    public int RentedCount { get; private set; }

    /// <summary>A chunk of at least <paramref name="atLeastBytes"/>, with one reference that the caller must release.</summary>
    public Chunk Rent(int atLeastBytes = ChunkBytes)
    {
        Check.That(!_disposed);
        RentedCount++;
        Chunk chunk;
        if (atLeastBytes <= ChunkBytes)
        {
            chunk = _ordinaryCount > 0 ? _ordinary[--_ordinaryCount] : new Chunk(this, ChunkBytes);
        }
        else if (atLeastBytes <= LargeChunkBytes)
        {
            chunk = _largeCount > 0 ? _large[--_largeCount] : new Chunk(this, LargeChunkBytes);
        }
        else
        {
            chunk = new Chunk(this, atLeastBytes);
        }
        chunk.Rented();
        return chunk;
    }

    /// <summary>Frees what the pool keeps. Chunks still rented are freed when they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_ordinaryCount > 0)
        {
            _ordinary[--_ordinaryCount].Free();
        }
        while (_largeCount > 0)
        {
            _large[--_largeCount].Free();
        }
    }

    internal void Return(Chunk chunk)
    {
        RentedCount--;
        if (!_disposed && chunk.Capacity == ChunkBytes && _ordinaryCount < _ordinary.Length)
        {
            _ordinary[_ordinaryCount++] = chunk;
        }
        else if (!_disposed && chunk.Capacity == LargeChunkBytes && _largeCount < _large.Length)
        {
            _large[_largeCount++] = chunk;
        }
        else
        {
            chunk.Free();
        }
    }
}
