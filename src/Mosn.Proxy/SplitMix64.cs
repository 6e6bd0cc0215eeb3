namespace Mosn.Proxy;

/// <summary>
/// Random numbers from a seed, in eight bytes: one for each loop and user, so that no loop waits for another and a seed
/// gives the same world again (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). Not for
/// secrets. A mutable struct: keep it in a field.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E37_79B9_7F4A_7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1, each as likely as the others but for 2^-32.</summary>
    public uint NextBelow(uint bound) => (uint)Math.BigMul(Next(), bound, out _);
}
