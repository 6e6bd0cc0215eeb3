namespace Mosn.Proxy.Upstream;

/// <summary>
/// The healthy hosts in turn (<c>LB_ROUNDROBIN</c>). Each loop goes round by itself and begins anywhere, so that loops
/// and restarts do not all begin with the first host.
/// </summary>
/// <param name="seed">Decides where each loop begins.</param>
internal sealed class RoundRobinBalancer(int loopCount, ulong seed) : ILoadBalancer
{
    private readonly LoopState?[] _loops = new LoopState?[loopCount];

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> healthy = hosts.Healthy;
        if (healthy.Length <= 1)
        {
            return healthy.IsEmpty ? null : healthy[0];
        }
        LoopState state = _loops[context.LoopIndex] ??= new LoopState
        {
            Next = new SplitMix64(seed + (uint)context.LoopIndex).NextBelow((uint)healthy.Length),
        };

        // Kept below the count rather than counted on for ever: at a wrap of the number the turn would jump.
        uint index = state.Next < (uint)healthy.Length ? state.Next : 0;
        state.Next = index + 1;
        return healthy[(int)index];
    }

    private sealed class LoopState
    {
        public uint Next;
    }
}
