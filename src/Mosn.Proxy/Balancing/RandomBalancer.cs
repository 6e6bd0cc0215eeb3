using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>Any healthy host, all equally likely (<c>LB_RANDOM</c>).</summary>
/// <param name="seed">Decides the sequence of each loop.</param>
internal sealed class RandomBalancer(int loopCount, ulong seed) : ILoadBalancer
{
    private readonly LoopState?[] _loops = new LoopState?[loopCount];

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        if (usable.Length <= 1)
        {
            return usable.IsEmpty ? null : usable[0];
        }
        LoopState state = _loops[context.LoopIndex] ??= new LoopState(seed + (uint)context.LoopIndex);
        return usable[(int)state.Random.NextBelow((uint)usable.Length)];
    }

    private sealed class LoopState(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
