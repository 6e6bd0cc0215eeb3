using Mosn.Testing;
using Mosn.Transport.Buffers;
using Mosn.Transport.Interop;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Transport;

/// <summary>Pools let go what only a busy time needed.</summary>
public sealed class SurplusTests
{
    private readonly MemoryNetwork _network = new();
    private readonly MemoryLoop _loop;
    private readonly List<ReleasedBytes> _released = [];
    private int _made;

    public SurplusTests()
    {
        _loop = _network.AddLoop();
        _loop.Surplus.OnReleased = _released.Add;
    }

    [Fact]
    public void Objects_that_nobody_needed_for_a_minute_go_and_those_used_last_stay()
    {
        ObjectPool<byte[]> pool = NewPool();
        byte[][] peak = UseAtOnce(pool, 1000);
        PassMinute(); // In which there was the peak.
        Assert.Empty(_released);

        UseAtOnce(pool, 300);
        PassMinute();
        Assert.InRange(Assert.Single(_released).Managed, 700 * 100, 700 * 200);
        byte[][] kept = UseAtOnce(pool, 300);
        Assert.Equal(1000, _made);
        Assert.Equal(peak[^300..], kept);
        UseAtOnce(pool, 301);
        Assert.Equal(1001, _made);
    }

    [Fact]
    public void A_peak_that_comes_again_every_minute_makes_nothing_anew()
    {
        ObjectPool<byte[]> pool = NewPool();
        for (int minute = 0; minute < 10; minute++)
        {
            UseAtOnce(pool, 5000);
            PassMinute();
        }
        Assert.Equal(5000, _made);
        Assert.Empty(_released);
    }

    [Fact]
    public void A_pool_that_is_small_again_is_not_looked_at_any_more()
    {
        ObjectPool<byte[]> pool = NewPool();
        UseAtOnce(pool, 100);
        Assert.Equal(0, _loop.Timers.Count);
        UseAtOnce(pool, 1000);
        Assert.Equal(1, _loop.Timers.Count);
        PassMinute();
        PassMinute();
        Assert.Equal(0, _loop.Timers.Count);
        Assert.Single(_released);

        UseAtOnce(pool, 1000);
        PassMinute();
        PassMinute();
        Assert.Equal(2, _released.Count);
        UseAtOnce(pool, 128);
        Assert.Equal(1000 + (1000 - 128), _made);
    }

    [Fact]
    public void All_loops_look_at_the_same_time()
    {
        List<long> looks = [];
        foreach (MemoryLoop loop in (MemoryLoop[])[_loop, _network.AddLoop()])
        {
            UseAtOnce(new ObjectPool<byte[]>(loop, Make), 1000);
            loop.Surplus.OnReleased = _ => looks.Add(_network.Clock.NowMs);
            _network.Advance(17_000);
        }
        for (int second = 0; second < 180; second++)
        {
            _network.Advance(1000);
        }
        Assert.Equal(2, looks.Count);
        Assert.Equal(looks[0], looks[1]);
    }

    [Fact]
    public void A_pool_of_fixed_size_keeps_what_it_has()
    {
        ObjectPool<byte[]> pool = new(Make, keptMax: 500);
        UseAtOnce(pool, 1000);
        Assert.Equal(0, _loop.Timers.Count);
        UseAtOnce(pool, 500);
        Assert.Equal(1000, _made);
        UseAtOnce(pool, 501);
        Assert.Equal(1001, _made);
    }

    [Fact]
    public void Chunks_that_nobody_needed_for_a_minute_are_freed()
    {
        UseChunks(600, BufferPool.ChunkBytes); // 512 of 16 KiB would be half of what a pool keeps.
        UseChunks(20, BufferPool.LargeChunkBytes);
        PassMinute();
        long few = 512 * 1024;
        long over = (600 - 256) * BufferPool.ChunkBytes;
        Assert.Equal([new ReleasedBytes(0, over)], _released); // Of the peak only what was too much at once.
        UseChunks(100, BufferPool.ChunkBytes);
        PassMinute();
        long unused = (156 * BufferPool.ChunkBytes) + (16 * BufferPool.LargeChunkBytes); // Of the large ones four are few.
        Assert.Equal(new ReleasedBytes(0, unused), _released[^1]);
        PassMinute();
        long kept = (100 * BufferPool.ChunkBytes) + (4 * BufferPool.LargeChunkBytes);
        Assert.Equal(new ReleasedBytes(0, kept - (2 * few)), _released[^1]);
        PassMinute();
        Assert.Equal(3, _released.Count);
        Assert.Equal(0, _loop.Timers.Count);

        UseChunks(600, BufferPool.ChunkBytes);
        Assert.Equal(1, _loop.Timers.Count);
        Assert.Equal(0, _loop.Buffers.RentedCount);
    }

    [Theory]
    [InlineData(1, 2, false)] // MiB
    [InlineData(2, 8, true)]
    [InlineData(2, 9, false)]
    [InlineData(40, 128, true)]
    [InlineData(90, 129, false)]
    public void The_heap_is_collected_where_a_good_part_of_it_was_let_go_and_it_is_not_too_large(
        int released, int heap, bool isCollected) =>
        Assert.Equal(isCollected, PeakMemory.IsWorthCollecting(released * 1024L * 1024, heap * 1024L * 1024));

    [Fact]
    public void Little_is_not_worth_a_collection_and_native_memory_needs_none()
    {
        Assert.False(PeakMemory.Release(new ReleasedBytes(Managed: 1000, Native: 1000)));
        Assert.False(PeakMemory.Release(new ReleasedBytes(Managed: 0, Native: 100 * 1024 * 1024)));
    }

    private ObjectPool<byte[]> NewPool() => new(_loop, Make);

    private byte[] Make()
    {
        byte[] item = new byte[100];
        BitConverter.TryWriteBytes(item, _made++); // Else one would be equal to another.
        return item;
    }

    private void PassMinute()
    {
        _network.Advance(SurplusWatch.LookMs + 10);
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
