namespace Mosn.Transport.Buffers;

/// <summary>
/// One loop's chunks. Last in, first out, so that the block used next is the one still in the processor's cache.
/// Not thread-safe: it belongs to its loop.
/// </summary>
public sealed class BufferPool : IDisposable, IShrinkable
{
    /// <summary>Bytes of an ordinary chunk: holds a request head with room to spare, and a segment of a body.</summary>
    public const int ChunkBytes = 16 * 1024;

    /// <summary>Bytes of a large chunk, used while a connection moves bulk data or a head outgrows an ordinary one.</summary>
    public const int LargeChunkBytes = 128 * 1024;

    /// <summary>Free bytes, of a size of chunks or freed, that are not worth a look.</summary>
    private const int FewBytesMax = 512 * 1024;

    private readonly ISurplusWatch? _watch;
    private readonly FreeChunks _ordinary;
    private readonly FreeChunks _large;
    private long _bytes;
    private long _mostBytes;
    private bool _isWatched;
    private bool _disposed;

    /// <param name="keptBytesMax">Free bytes that the pool keeps; what comes back above is given to the heap of C.</param>
    /// <param name="watch">Asked to look for what is not needed any more; null: the pool keeps what it has.</param>
    public BufferPool(int keptBytesMax = 8 * 1024 * 1024, ISurplusWatch? watch = null)
    {
        _watch = watch;
        _ordinary = new FreeChunks(ChunkBytes, keptBytesMax / 2, FewBytesMax);
        _large = new FreeChunks(LargeChunkBytes, keptBytesMax / 2, FewBytesMax);
    }

    /// <summary>Chunks that somebody holds. Zero when everything was given back.</summary>
    public int RentedCount { get; private set; }

    /// <summary>Of the most that this pool had from the heap of C since the last time, what that heap has again.</summary>
    private long FreedBytes => _mostBytes - _bytes;

    /// <summary>A chunk of at least <paramref name="atLeastBytes"/>, with one reference that the caller must release.</summary>
    public Chunk Rent(int atLeastBytes = ChunkBytes)
    {
        Check.That(!_disposed);
        RentedCount++;
        Chunk chunk = atLeastBytes <= ChunkBytes ? _ordinary.TryTake() ?? Make(ChunkBytes)
            : atLeastBytes <= LargeChunkBytes ? _large.TryTake() ?? Make(LargeChunkBytes)
            : Make(atLeastBytes);
        chunk.Rented();
        return chunk;
    }

    /// <summary>Frees what the pool keeps. Chunks still rented are freed when they come back.</summary>
    public void Dispose()
    {
        _disposed = true;
        _ordinary.FreeAll();
        _large.FreeAll();
    }

    bool IShrinkable.IsSmall => !_isWatched;

    SurplusBytes IShrinkable.Look()
    {
        long surplus = _ordinary.Look() + _large.Look();
        _isWatched = _ordinary.IsMany || _large.IsMany || FreedBytes >= FewBytesMax;
        return new SurplusBytes(Managed: 0, surplus + FreedBytes);
    }

    void IShrinkable.LetGo()
    {
        if (!_disposed)
        {
            _bytes -= _ordinary.LetGo() + _large.LetGo();
        }
        _mostBytes = _bytes;
    }

    internal void Return(Chunk chunk)
    {
        RentedCount--;
        FreeChunks? free = _disposed ? null
            : chunk.Capacity == ChunkBytes ? _ordinary
            : chunk.Capacity == LargeChunkBytes ? _large
            : null;
        if (free is null || !free.TryKeep(chunk))
        {
            _bytes -= chunk.Capacity;
            chunk.Free();
        }
        if (!_isWatched && !_disposed && (free is { IsMany: true } || FreedBytes >= FewBytesMax))
        {
            Watch();
        }
    }

    private Chunk Make(int bytes)
    {
        _bytes += bytes;
        _mostBytes = Math.Max(_mostBytes, _bytes);
        return new Chunk(this, bytes);
    }

    private void Watch()
    {
        if (_watch is not null)
        {
            _isWatched = true;
            _watch.Watch(this);
        }
    }
}
