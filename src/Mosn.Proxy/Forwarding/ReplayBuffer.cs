using Mosn.Transport.Buffers;

namespace Mosn.Proxy.Forwarding;

/// <summary>
/// A request's body, kept so that it can be sent once more, up to a bound. Copied into chunks of its own: to retain the
/// received ones would let a client that sends byte by byte hold a chunk for each. Belongs to one stream and its loop.
/// </summary>
internal sealed class ReplayBuffer
{
    private readonly List<Chunk> _chunks = [];
    private BufferPool? _pool;
    private int _bytesMax;

    /// <summary>Bytes kept.</summary>
    public int Length { get; private set; }

    /// <summary>True while everything that came is here.</summary>
    public bool IsKeeping { get; private set; }

    /// <summary>Begins to keep what will come; what is kept already stays, under the new bound.</summary>
    /// <param name="bytesMax">Above it nothing is kept at all.</param>
    public void Start(BufferPool pool, int bytesMax)
    {
        _pool = pool;
        _bytesMax = Math.Max(_bytesMax, bytesMax);
        IsKeeping = true;
    }

    /// <summary>
    /// Keeps a copy. False: it is more than the bound. Then nothing is kept any more, and what was is given back: one
    /// long upload would hold it for no use.
    /// </summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (!IsKeeping || bytes.Length > _bytesMax - Length)
        {
            Clear();
            return false;
        }
        while (!bytes.IsEmpty)
        {
            int used = Length % BufferPool.ChunkBytes;
            if (used == 0)
            {
                _chunks.Add(_pool!.Rent());
            }
            int count = Math.Min(bytes.Length, BufferPool.ChunkBytes - used);
            bytes[..count].CopyTo(_chunks[^1].Span[used..]);
            Length += count;
            bytes = bytes[count..];
        }
        return true;
    }

    /// <summary>What is kept from a position on, as far as one chunk goes. Valid until <see cref="Clear"/>.</summary>
    /// <param name="from">Below <see cref="Length"/>.</param>
    public BufferSlice Slice(int from)
    {
        int start = from % BufferPool.ChunkBytes;
        int count = Math.Min(Length - from, BufferPool.ChunkBytes - start);
        return new BufferSlice(_chunks[from / BufferPool.ChunkBytes], start, count);
    }

    /// <summary>Gives everything back.</summary>
    public void Clear()
    {
        foreach (Chunk chunk in _chunks)
        {
            chunk.Release();
        }
        _chunks.Clear();
        Length = _bytesMax = 0;
        IsKeeping = false;
    }
}
