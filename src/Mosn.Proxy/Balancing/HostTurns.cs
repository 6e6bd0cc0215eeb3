using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// Whose turn it is, for each loop. A loop goes round by itself and begins anywhere, so that loops and restarts do not all
/// begin with the first host. Handed from one host set to the next, so that a change does not begin anew.
/// </summary>
/// <param name="seed">Decides where each loop begins.</param>
internal sealed class HostTurns(int loopCount, ulong seed)
{
    private readonly LoopSlots<Turn> _loops = new(loopCount);

    public Host Next(ReadOnlySpan<Host> usable, int loop)
    {
        ref Turn? turn = ref _loops.On(loop);
        turn ??= new Turn { Next = new SplitMix64(seed + (uint)loop).NextBelow((uint)usable.Length) };

        // Kept below the count rather than counted on for ever: at a wrap of the number the turn would jump.
        uint index = turn.Next < (uint)usable.Length ? turn.Next : 0;
        turn.Next = index + 1;
        return usable[(int)index];
    }

    private sealed class Turn
    {
        public uint Next;
    }
}
