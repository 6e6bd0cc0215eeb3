using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>Random numbers for each loop, from the seed of a cluster.</summary>
internal sealed class LoopRandom(int loopCount, ulong seed)
{
    private readonly LoopSlots<Sequence> _loops = new(loopCount);

    public LoopRandom(LoadBalancerSettings settings)
        : this(settings.LoopCount, settings.Seed)
    {
    }

    /// <summary>The loop's own numbers.</summary>
    public ref SplitMix64 On(int loop)
    {
        ref Sequence? sequence = ref _loops.On(loop);
        sequence ??= new Sequence(seed + (uint)loop);
        return ref sequence.Numbers;
    }

    /// <summary>Any of these hosts, all equally likely.</summary>
    public Host Choose(ReadOnlySpan<Host> hosts, int loop) => hosts[(int)On(loop).NextBelow((uint)hosts.Length)];

    /// <summary>
    /// Draws indexes below <paramref name="count"/>, each once; in all of them, in turn from anywhere, when there are not
    /// more than asked for.
    /// </summary>
    /// <returns>The part of <paramref name="drawn"/> that is filled.</returns>
    public Span<int> Draw(int loop, int count, Span<int> drawn)
    {
        ref SplitMix64 numbers = ref On(loop);
        int first = (int)numbers.NextBelow((uint)count);
        drawn[0] = first;
        if (count <= drawn.Length)
        {
            for (int i = 1; i < count; i++)
            {
                drawn[i] = (first + i) % count;
            }
            return drawn[..count];
        }
        for (int i = 1; i < drawn.Length; i++)
        {
            // Relative to the first, so that no host is luckier than another; on to the next one that is free.
            int offset = 1 + (int)numbers.NextBelow((uint)count - 1);
            int index = (first + offset) % count;
            while (drawn[..i].Contains(index))
            {
                index = (index + 1) % count;
            }
            drawn[i] = index;
        }
        return drawn;
    }

    private sealed class Sequence(ulong seed)
    {
        public SplitMix64 Numbers = new(seed);
    }
}
