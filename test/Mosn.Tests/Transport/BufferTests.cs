using CsCheck;
using Mosn.Transport.Buffers;

namespace Mosn.Tests.Transport;

public class BufferTests
{
    private static readonly Gen<(int, int)[]> Steps = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 40_000]).Array[1, 80];

    [Fact]
    public void An_output_queue_gives_what_was_put_in_and_all_its_memory_back() => Steps.Sample(steps =>
    {
        BufferPool pool = new();
        OutputQueue queue = new(pool);
        ReadBuffer source = new(pool);
        List<byte> model = [];
        byte next = 0;
        foreach ((int kind, int size) in steps)
        {
            switch (kind)
            {
                case 0:
                    byte[] bytes = Bytes(size, ref next);
                    queue.Write(bytes);
                    model.AddRange(bytes);
                    break;
                case 1:
                    Span<byte> room = queue.Reserve(size);
                    Assert.True(room.Length >= size);
                    byte[] reserved = Bytes(Math.Min(size, room.Length), ref next);
                    reserved.CopyTo(room);
                    queue.Commit(reserved.Length);
                    model.AddRange(reserved);
                    break;
                case 2:
                case 3:
                    // As a relay does: what was read goes out by reference, and the read buffer forgets it.
                    Span<byte> read = source.Reserve();
                    byte[] received = Bytes(Math.Min(size, read.Length), ref next);
                    received.CopyTo(read);
                    source.Commit(received.Length);
                    queue.Write(source.Take(0, source.Length));
                    source.ReleaseIfEmpty();
                    model.AddRange(received);
                    break;
                case 4:
                    Assert.Equal(model.Count, Drain(queue, model.Count, model));
                    model.Clear();
                    break;
                case 5:
                    queue.Reserve(size % 100); // Reserved and given up: nothing is queued.
                    break;
                default:
                    int count = Drain(queue, Math.Min(size, model.Count), model);
                    model.RemoveRange(0, count);
                    break;
            }
            Assert.Equal(model.Count, queue.Length);
        }
        Assert.Equal(model.Count, Drain(queue, model.Count, model));
        queue.Clear();
        source.Release();
        Assert.Equal(0, pool.RentedCount);
        pool.Dispose();
    });

    [Fact]
    public void A_read_buffer_gives_what_was_put_in_and_all_its_memory_back() => Steps.Sample(steps =>
    {
        BufferPool pool = new();
        ReadBuffer buffer = new(pool);
        List<byte> model = [];
        List<(BufferSlice Slice, byte[] Bytes)> kept = [];
        byte next = 0;
        foreach ((int kind, int size) in steps)
        {
            switch (kind)
            {
                case 0 or 1 or 2:
                    Span<byte> room = buffer.Reserve(kind == 2 ? BufferPool.LargeChunkBytes : BufferPool.ChunkBytes);
                    Assert.True(room.Length >= 2048);
                    byte[] bytes = Bytes(Math.Min(size, room.Length), ref next);
                    bytes.CopyTo(room);
                    buffer.Commit(bytes.Length);
                    model.AddRange(bytes);
                    break;
                case 3:
                    int dropped = Math.Min(size, model.Count);
                    buffer.Consume(dropped);
                    model.RemoveRange(0, dropped);
                    break;
                case 4 when model.Count > 0:
                    int skip = size % model.Count;
                    int taken = Math.Min(size, model.Count - skip);
                    BufferSlice slice = buffer.Take(skip, taken);
                    slice.Chunk.Retain();
                    kept.Add((slice, [.. model.Skip(skip).Take(taken)]));
                    model.RemoveRange(0, skip + taken);
                    break;
                case 5 when kept.Count > 0:
                    CheckAndRelease(kept[0]);
                    kept.RemoveAt(0);
                    break;
                default:
                    buffer.ReleaseIfEmpty();
                    break;
            }
            Assert.True(buffer.Unread.SequenceEqual(model.ToArray()));
        }
        // What was retained is whole, however the buffer went on.
        kept.ForEach(CheckAndRelease);
        buffer.Release();
        Assert.Equal((0, 0), (pool.RentedCount, buffer.Length));
        pool.Dispose();
    });

    [Fact]
    public void Large_slices_are_kept_and_small_ones_copied()
    {
        BufferPool pool = new();
        OutputQueue queue = new(pool);
        Chunk chunk = pool.Rent();
        queue.Write(new BufferSlice(chunk, 0, 100));
        Assert.True(chunk.IsExclusive);
        queue.Write(new BufferSlice(chunk, 100, 5000));
        queue.Write(new BufferSlice(chunk, 5100, 5000)); // Continues the one before it.
        Assert.False(chunk.IsExclusive);
        Assert.Equal(2, queue.SegmentCount);
        chunk.Release();
        queue.Clear();
        Assert.Equal(0, pool.RentedCount);
    }

    [Fact]
    public void An_empty_buffer_and_an_empty_queue_hold_no_memory()
    {
        BufferPool pool = new();
        ReadBuffer buffer = new(pool);
        OutputQueue queue = new(pool);
        buffer.Reserve();
        buffer.ReleaseIfEmpty();
        queue.Write("abc"u8);
        queue.Advance(3);
        queue.Reserve(10);
        queue.Commit(0);
        Assert.Equal(0, pool.RentedCount);
    }

    [Fact]
    public void A_released_chunk_is_the_next_one_rented()
    {
        BufferPool pool = new();
        Chunk first = pool.Rent();
        Chunk second = pool.Rent();
        second.Release();
        first.Release();
        Assert.Same(first, pool.Rent());
        Assert.Same(second, pool.Rent());
    }

    [Fact]
    public void Chunks_are_as_large_as_asked_for()
    {
        BufferPool pool = new();
        foreach (int wanted in (int[])[1, BufferPool.ChunkBytes, BufferPool.ChunkBytes + 1, 1_000_000])
        {
            Chunk chunk = pool.Rent(wanted);
            Assert.True(chunk.Span.Length >= wanted);
            chunk.Span.Fill(1);
            chunk.Release();
        }
    }

    [Fact]
    public void Releasing_twice_is_a_bug_and_so_is_retaining_what_is_gone()
    {
        BufferPool pool = new();
        Chunk chunk = pool.Rent();
        chunk.Release();
        Assert.ThrowsAny<Exception>(chunk.Release);
        Assert.ThrowsAny<Exception>(chunk.Retain);
    }

    [Fact]
    public void A_chunk_that_outlives_its_pool_is_freed_when_it_comes_back()
    {
        BufferPool pool = new();
        Chunk chunk = pool.Rent();
        pool.Dispose();
        chunk.Span.Fill(7);
        chunk.Release();
        Assert.Equal(0, pool.RentedCount);
    }

    private static byte[] Bytes(int count, ref byte next)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = next++;
        }
        return bytes;
    }

    private static void CheckAndRelease((BufferSlice Slice, byte[] Bytes) kept)
    {
        Assert.True(kept.Slice.Span.SequenceEqual(kept.Bytes));
        kept.Slice.Chunk.Release();
    }

    /// <summary>Sends up to <paramref name="count"/> bytes, piece by piece, and compares them.</summary>
    private static int Drain(OutputQueue queue, int count, List<byte> model)
    {
        int done = 0;
        while (done < count)
        {
            ReadOnlySpan<byte> piece = queue.Peek(0);
            int here = Math.Min(piece.Length, count - done);
            Assert.True(piece[..here].SequenceEqual(model.GetRange(done, here).ToArray()));
            queue.Advance(here);
            Assert.True(here > 0, "a piece of no bytes");
            done += here;
        }
        return done;
    }
}
