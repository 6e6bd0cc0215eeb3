using Mosn.Proxy.Observability;

namespace Mosn.Tests.Observability;

public class LogRingTests
{
    private const int Capacity = 4 * LogRing.LineLengthMax;

    [Fact]
    public void What_goes_in_comes_out_in_order_over_many_laps()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        LogRing ring = new(Capacity);
        byte next = 0, expected = 0;
        for (int round = 0; round < 20_000; round++)
        {
            if (random.Next(3) > 0 && ring.TryBegin(out Span<byte> line))
            {
                int length = random.Next(1, random.Next(2) == 0 ? 200 : LogRing.LineLengthMax + 1);
                foreach (ref byte value in line[..length])
                {
                    value = next++;
                }
                ring.Commit(length);
            }
            else
            {
                ReadOnlySpan<byte> read = ring.Peek();
                foreach (byte value in read)
                {
                    Assert.True(value == expected++, $"seed {seed}, round {round}");
                }
                ring.Advance(read.Length);
            }
        }
    }

    [Fact]
    public void A_full_ring_refuses_lines_until_it_is_read()
    {
        LogRing ring = new(Capacity);
        int lines = 0;
        while (ring.TryBegin(out _))
        {
            ring.Commit(1000);
            lines++;
        }
        Assert.InRange(lines * 1000, Capacity - LogRing.LineLengthMax - 1000, Capacity);
        Assert.False(ring.IsEmpty);
        while (!ring.Peek().IsEmpty)
        {
            ring.Advance(ring.Peek().Length);
        }
        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryBegin(out _));
    }

    [Fact]
    public void Every_quarter_asks_for_the_reader_once()
    {
        LogRing ring = new(Capacity);
        int wakes = 0;
        for (int i = 0; i < 4000; i++)
        {
            Assert.True(ring.TryBegin(out _));
            wakes += ring.Commit(Capacity / 400) ? 1 : 0;
            ring.Advance(ring.Peek().Length);
        }
        Assert.InRange(wakes, 38, 42);
    }

    [Fact]
    public async Task A_second_thread_sees_every_byte_once_and_whole()
    {
        const int LineCount = 200_000;
        LogRing ring = new(Capacity);
        Task<long> reader = Task.Run(() =>
        {
            long count = 0;
            while (count < LineCount)
            {
                ReadOnlySpan<byte> read = ring.Peek();
                for (int at = 0; at < read.Length; at += 1 + read[at])
                {
                    // A line is its length, then as many bytes of the low part of its number.
                    Assert.Equal((byte)(count % 50), read[at]);
                    Assert.Equal(-1, read.Slice(at + 1, read[at]).IndexOfAnyExcept((byte)count));
                    count++;
                }
                ring.Advance(read.Length);
            }
            return count;
        });
        SpinWait spin = default;
        for (int i = 0; i < LineCount && !reader.IsFaulted;)
        {
            if (!ring.TryBegin(out Span<byte> line))
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            line[0] = (byte)(i % 50);
            line.Slice(1, line[0]).Fill((byte)i);
            ring.Commit(1 + line[0]);
            i++;
        }
        Assert.Equal(LineCount, await reader);
        Assert.True(ring.IsEmpty);
    }
}
