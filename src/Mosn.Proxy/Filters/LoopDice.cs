using Mosn.Transport.Loops;

namespace Mosn.Proxy.Filters;

/// <summary>Decides by chance; each loop has numbers of its own.</summary>
internal sealed class LoopDice(int loopCount, ulong seed)
{
    private const uint Sides = 1_000_000;

    private readonly LoopLocal<Sequence> _loops = new(loopCount, loop => new Sequence(seed + (ulong)loop.Index));

    /// <summary>A share as <see cref="Falls"/> takes it.</summary>
    /// <param name="percentage">0 to 100, fractions down to 0.0001 count.</param>
    public static uint PerMillion(double percentage) => (uint)Math.Round(percentage * (Sides / 100));

    /// <summary>True in so many of a million cases.</summary>
    public bool Falls(EventLoop loop, uint perMillion) =>
        perMillion > 0 && (perMillion >= Sides || _loops.On(loop).Random.NextBelow(Sides) < perMillion);

    private sealed class Sequence(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
