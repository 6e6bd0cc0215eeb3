using Mosn.Proxy.Server;
using Mosn.Testing;
using Mosn.Transport.Buffers;
using Mosn.Transport.Loops;

namespace Mosn.Tests.Server;

/// <summary>When the memory of a busy time is given back.</summary>
public sealed class PeakMemoryPartTests
{
    private const int ItemBytes = 4096;
    private const long Mebibyte = 1024 * 1024;

    private readonly MemoryNetwork _network = new();
    private readonly MemoryLoop[] _loops;
    private readonly ObjectPool<byte[]>[] _pools;
    private readonly List<bool> _released = [];
    private readonly PeakMemoryPart _part;
    private long _heap = 20 * Mebibyte;

    public PeakMemoryPartTests()
    {
        _loops = [_network.AddLoop(), _network.AddLoop()];
        MemoryLoop control = _network.AddLoop();
        _pools = [.. _loops.Select(loop => new ObjectPool<byte[]>(loop, static () => new byte[ItemBytes]))];
        _part = new PeakMemoryPart([.. _loops, control], control, () => _heap, _released.Add);
        Assert.True(_part.StartAsync(CancellationToken.None).IsCompletedSuccessfully);
        PassMinutes(1);
    }

    [Fact]
    public void A_minute_after_the_busy_one_all_loops_let_go_and_there_is_one_collection()
    {
        Use(loop: 0, 1000);
        _network.Advance(17_000);
        Use(loop: 1, 1000);
        PassMinutes(1);
        Assert.Empty(_released);
        PassMinutes(1);
        Assert.Equal([true], _released);
        Assert.All(_loops, static loop => Assert.Equal(default, loop.Surplus.Look()));
        PassMinutes(60);
        Assert.Equal([true], _released);
    }

    [Fact]
    public void Nothing_is_done_while_all_pools_are_small()
    {
        Use(loop: 0, 100);
        PassMinutes(2);
        Assert.All(_network.Loops, static loop => Assert.Equal(0, loop.Timers.Count));
    }

    [Fact]
    public void What_little_was_needed_is_kept()
    {
        Use(loop: 0, 600); // 2 MiB of objects are not a quarter of the heap.
        PassMinutes(30);
        Assert.Empty(_released);
        _heap = 8 * Mebibyte;
        PassMinutes(1);
        Assert.Empty(_released); // And less than that is not worth it: 128 of them are no surplus.
        Use(loop: 1, 600);
        PassMinutes(2);
        Assert.Equal([true], _released);
    }

    [Fact]
    public void A_busy_time_that_fades_gives_everything_back_in_few_collections()
    {
        _heap = 8 * Mebibyte;
        for (double use = 2000; use > 1; use *= 0.85)
        {
            Use(loop: 0, (int)use);
            PassMinutes(1);
        }
        PassMinutes(10);
        Assert.InRange(_released.Count, 1, 4);
        Assert.True(_loops[0].Surplus.Look().Managed < 2 * Mebibyte);
    }

    [Fact]
    public void Busy_times_that_come_and_go_cost_a_collection_in_five_minutes_at_most()
    {
        for (int minute = 0; minute < 60; minute += 3)
        {
            Use(loop: 0, 2000);
            PassMinutes(3);
        }
        Assert.InRange(_released.Count, 5, 12);
    }

    [Fact]
    public void Of_a_heap_that_is_too_large_to_be_collected_pools_let_go_nothing_but_chunks()
    {
        _heap = 129 * Mebibyte;
        byte[] first = Use(loop: 0, 10_000)[0];
        PassMinutes(3);
        Assert.Empty(_released);

        Chunk[] chunks = [.. Enumerable.Range(0, 400).Select(_ => _loops[1].Buffers.Rent())];
        Array.ForEach(chunks, static chunk => chunk.Release());
        PassMinutes(2);
        Assert.Equal([false], _released.Distinct());
        Assert.Contains(Use(loop: 0, 10_000), item => ReferenceEquals(item, first));
    }

    [Fact]
    public void A_pool_that_becomes_large_during_a_look_is_looked_at_later()
    {
        Use(loop: 0, 2000);
        PassMinutes(2);
        Assert.Equal([true], _released);
        Small pool = new(() => Use(loop: 0, 2000)); // The other loop has answered by then.
        _loops[1].Surplus.Watch(pool);
        PassMinutes(10);
        Assert.Equal([true, true], _released);
        GC.KeepAlive(pool);
    }

    [Fact]
    public void After_its_end_nothing_is_looked_at()
    {
        Use(loop: 0, 2000);
        _network.RunUntilIdle();
        Task stopped = _part.StopAsync().AsTask();
        _network.RunUntilIdle();
        Assert.True(stopped.IsCompletedSuccessfully);
        Use(loop: 1, 2000);
        PassMinutes(10);
        Assert.Empty(_released);
        Assert.All(_network.Loops, static loop => Assert.Equal(0, loop.Timers.Count));
    }

    /// <summary>A pool with nothing in it, at which something happens when it is looked at.</summary>
    private sealed class Small(Action onLook) : IShrinkable
    {
        public bool IsSmall => true;

        public SurplusBytes Look()
        {
            onLook();
            return default;
        }

        public void LetGo()
        {
        }
    }

    private byte[][] Use(int loop, int count)
    {
        byte[][] items = [.. Enumerable.Range(0, count).Select(_ => _pools[loop].Rent())];
        Array.ForEach(items, _pools[loop].Return);
        return items;
    }

    private void PassMinutes(int count)
    {
        for (int second = 0; second < 60 * count; second++)
        {
            _network.Advance(1000);
        }
    }
}
