using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

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
        ReadOnlySpan<Host> usable = hosts.Usable;
        if (usable.Length <= 1)
        {
            return usable.IsEmpty ? null : usable[0];
        }
        LoopState state = _loops[context.LoopIndex] ??= new LoopState
        {
            Next = new SplitMix64(seed + (uint)context.LoopIndex).NextBelow((uint)usable.Length),
        };

        // Kept below the count rather than counted on for ever: at a wrap of the number the turn would jump.
        uint index = state.Next < (uint)usable.Length ? state.Next : 0;
        state.Next = index + 1;
        return usable[(int)index];
    }

    private sealed class LoopState
    {
        public uint Next;
    }
}
