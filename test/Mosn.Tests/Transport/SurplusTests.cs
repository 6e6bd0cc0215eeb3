using System.Runtime.CompilerServices;
using Mosn.Testing;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Transport;

/// <summary>Pools know what only a busy time needed, and let go of it when they are told to.</summary>
public sealed class SurplusTests
{
    private const long Few = 512 * 1024; // Bytes of chunks of a size that a pool keeps in any case.

    private readonly MemoryLoop _loop = new MemoryNetwork().AddLoop();
    private int _made;
    private int _largeCount;

    public SurplusTests() => _loop.Surplus.OnLarge = () => _largeCount++;

    [Fact]
    public void Objects_that_nobody_needed_since_the_last_look_go_and_those_used_last_stay()
    {
        ObjectPool<byte[]> pool = NewPool();
        byte[][] peak = UseAtOnce(pool, 1000);
        Assert.Equal(0, _loop.Surplus.Look().Managed); // The peak was before it.

        UseAtOnce(pool, 300);
        Assert.InRange(_loop.Surplus.Look().Managed, 700 * 100, 700 * 200);
        UseAtOnce(pool, 400); // Of those that were found, 100 are needed now.
        LetGo();

        Assert.Equal(peak[^400..].ToHashSet(), UseAtOnce(pool, 400).ToHashSet());
        Assert.Equal(1000, _made);
        UseAtOnce(pool, 401);
        Assert.Equal(1001, _made);
    }

    [Fact]
    public void A_busy_time_that_comes_again_makes_nothing_anew()
    {
        ObjectPool<byte[]> pool = NewPool();
        for (int look = 0; look < 10; look++)
        {
            UseAtOnce(pool, 5000);
            Assert.Equal(default, _loop.Surplus.Look());
            LetGo();
        }
        Assert.Equal(5000, _made);
    }

    [Fact]
    public void What_is_found_and_not_let_go_is_found_again()
    {
        ObjectPool<byte[]> pool = NewPool();
        UseAtOnce(pool, 1000);
        _loop.Surplus.Look();
        long found = _loop.Surplus.Look().Managed;
        Assert.InRange(found, 800 * 100, 900 * 200);
        Assert.Equal(found, _loop.Surplus.Look().Managed);
        _loop.Surplus.LetGo(objects: false);
        Assert.Equal(found, _loop.Surplus.Look().Managed);
        LetGo();
        Assert.Equal(0, _loop.Surplus.Look().Managed);
    }

    [Fact]
    public void A_pool_is_looked_at_while_it_is_large()
    {
        ObjectPool<byte[]> pool = NewPool();
        UseAtOnce(pool, 128);
        Assert.True(_loop.Surplus.IsIdle);
        byte[][] peak = UseAtOnce(pool, 1000);
        Assert.Equal(1, _largeCount);
        Shrink();
        Assert.True(_loop.Surplus.IsIdle);

        UseAtOnce(pool, 1000);
        Assert.Equal(2, _largeCount);
        Shrink();
        UseAtOnce(pool, 128);
        Assert.Equal(1000 + (1000 - 128), _made);
    }

    [Fact]
    public void A_pool_whose_objects_are_in_use_for_long_is_small()
    {
        ObjectPool<byte[]> pool = NewPool();
        UseAtOnce(pool, 200);
        byte[][] held = [.. Enumerable.Range(0, 100).Select(_ => pool.Rent())];
        _loop.Surplus.Look();
        Assert.True(_loop.Surplus.IsIdle);
        foreach (byte[] item in held)
        {
            pool.Return(item);
        }
        Assert.False(_loop.Surplus.IsIdle);
        UseAtOnce(pool, 200);
        Assert.Equal(200, _made);
    }

    [Fact]
    public void A_pool_that_nobody_else_refers_to_is_forgotten()
    {
        UseOfNewPool();
        Assert.False(_loop.Surplus.IsIdle);
        GC.Collect();
        _loop.Surplus.Look();
        Assert.True(_loop.Surplus.IsIdle);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void UseOfNewPool() => UseAtOnce(NewPool(), 1000);
    }

    [Fact]
    public void A_pool_of_fixed_size_keeps_what_it_has()
    {
        ObjectPool<byte[]> pool = new(Make, keptMax: 500);
        UseAtOnce(pool, 1000);
        Assert.True(_loop.Surplus.IsIdle);
        UseAtOnce(pool, 500);
        Assert.Equal(1000, _made);
        UseAtOnce(pool, 501);
        Assert.Equal(1001, _made);
    }

    [Fact]
    public void Chunks_that_nobody_needed_are_freed_and_those_above_the_bound_count_too()
    {
        long above = (600 - 256) * BufferPool.ChunkBytes; // 4 MiB of a size are kept.
        UseChunks(20, BufferPool.LargeChunkBytes);
        UseChunks(600, BufferPool.ChunkBytes);
        Assert.Equal(1, _largeCount);
        Assert.Equal(new SurplusBytes(0, above), _loop.Surplus.Look());

        UseChunks(100, BufferPool.ChunkBytes);
        long unused = (156 * BufferPool.ChunkBytes) + (16 * BufferPool.LargeChunkBytes);
        Assert.Equal(new SurplusBytes(0, above + unused), _loop.Surplus.Look());
        UseChunks(150, BufferPool.ChunkBytes); // Of those that were found, 50 are needed now.
        _loop.Surplus.LetGo(objects: false);

        Assert.Equal(new SurplusBytes(0, (150 * BufferPool.ChunkBytes) - Few), _loop.Surplus.Look());
        _loop.Surplus.LetGo(objects: false);
        _loop.Surplus.Look();
        Assert.True(_loop.Surplus.IsIdle);
        Assert.Equal(0, _loop.Buffers.RentedCount);
    }

    [Fact]
    public void Large_blocks_that_come_and_go_are_nothing_to_look_at()
    {
        for (int i = 0; i < 1000; i++)
        {
            UseChunks(1, 300_000);
        }
        Assert.True(_loop.Surplus.IsIdle);
        UseChunks(2, 300_000);
        Assert.Equal(600_000, _loop.Surplus.Look().Native);
        _loop.Surplus.LetGo(objects: false);
        Assert.Equal(0, _loop.Surplus.Look().Native);
    }

    private void Shrink()
    {
        _loop.Surplus.Look();
        _loop.Surplus.Look();
        LetGo();
        _loop.Surplus.Look();
    }

    private void LetGo() => _loop.Surplus.LetGo(objects: true);

    private ObjectPool<byte[]> NewPool() => new(_loop, Make);

    private byte[] Make()
    {
        byte[] item = new byte[100];
        BitConverter.TryWriteBytes(item, _made++); // Else one would be equal to another.
        return item;
    }

    private static byte[][] UseAtOnce(ObjectPool<byte[]> pool, int count)
    {
        byte[][] items = [.. Enumerable.Range(0, count).Select(_ => pool.Rent())];
        foreach (byte[] item in items)
        {
            pool.Return(item);
        }
        return items;
    }

    private void UseChunks(int count, int bytes)
    {
        Chunk[] chunks = [.. Enumerable.Range(0, count).Select(_ => _loop.Buffers.Rent(bytes))];
        foreach (Chunk chunk in chunks)
        {
            chunk.Release();
        }
    }
}
