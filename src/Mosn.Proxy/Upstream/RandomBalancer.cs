namespace Mosn.Proxy.Upstream;

/// <summary>Any healthy host, all equally likely (<c>LB_RANDOM</c>).</summary>
/// <param name="seed">Decides the sequence of each loop.</param>
internal sealed class RandomBalancer(int loopCount, ulong seed) : ILoadBalancer
{
    private readonly LoopState?[] _loops = new LoopState?[loopCount];

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> healthy = hosts.Healthy;
        if (healthy.Length <= 1)
        {
            return healthy.IsEmpty ? null : healthy[0];
        }
        LoopState state = _loops[context.LoopIndex] ??= new LoopState(seed + (uint)context.LoopIndex);
        return healthy[(int)state.Random.NextBelow((uint)healthy.Length)];
    }

    private sealed class LoopState(ulong seed)
    {
        public SplitMix64 Random = new(seed);
    }
}
