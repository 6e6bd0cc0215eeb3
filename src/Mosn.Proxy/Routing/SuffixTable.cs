using System.Runtime.CompilerServices;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Values by the end of a host name: one pass over the name, from its last byte to its first, looks up every suffix whose
/// length occurs, and at last the whole name. Immutable after <see cref="Add"/>; case does not matter.
/// </summary>
internal sealed class SuffixTable<T>
    where T : class
{
    private const ulong Prime = 0x0000_0100_0000_01B3; // FNV-1a's.
    private const ulong Offset = 0xCBF2_9CE4_8422_2325;
    private const int LengthMax = 255;

    private readonly bool[] _lengths = new bool[LengthMax + 1];
    private Slot[] _slots = new Slot[8];
    private int _count;

    /// <summary>True if nothing was added.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>What the key has; made by the first call for it.</summary>
    /// <param name="key">At most 255 bytes: no host name is longer.</param>
    public T GetOrAdd(ReadOnlySpan<byte> key, Func<T> make)
    {
        Check.That(key.Length <= LengthMax);
        ulong hash = Offset;
        for (int i = key.Length - 1; i >= 0; i--)
        {
            hash = Step(hash, key[i]);
        }
        if (Find(hash, key) is { } found)
        {
            return found;
        }
        if (2 * (_count + 1) > _slots.Length)
        {
            Grow();
        }
        byte[] folded = key.ToArray();
        foreach (ref byte value in folded.AsSpan())
        {
            value = Fold(value);
        }
        T made = make();
        Insert(_slots, new Slot(hash, folded, made));
        _count++;
        _lengths[key.Length] = true;
        return made;
    }

    /// <summary>Whether some key has this length. Lengths above 255 have none.</summary>
    public bool HasLength(int length) => (uint)length <= LengthMax && _lengths[length];

    /// <summary>Extends a hash by the byte before those it was made of; begins with <see cref="Start"/>.</summary>
    public static ulong Step(ulong hash, byte value) => (hash ^ Fold(value)) * Prime;

    /// <summary>The hash of no bytes.</summary>
    public static ulong Start => Offset;

    /// <summary>The value of a key, of which the hash is known.</summary>
    public T? Find(ulong hash, ReadOnlySpan<byte> key)
    {
        Slot[] slots = _slots;
        for (int at = Home(hash, slots); slots[at].Value is { } value; at = (at + 1) & (slots.Length - 1))
        {
            if (slots[at].Hash == hash && EqualsFolded(slots[at].Key, key))
            {
                return value;
            }
        }
        return null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Fold(byte value) => (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;

    private static int Home(ulong hash, Slot[] slots) => (int)((hash ^ (hash >> 32)) & (uint)(slots.Length - 1));

    private static bool EqualsFolded(byte[] folded, ReadOnlySpan<byte> key)
    {
        if (folded.Length != key.Length)
        {
            return false;
        }
        for (int i = 0; i < folded.Length; i++)
        {
            if (folded[i] != Fold(key[i]))
            {
                return false;
            }
        }
        return true;
    }

    private static void Insert(Slot[] slots, in Slot slot)
    {
        int at = Home(slot.Hash, slots);
        while (slots[at].Value is not null)
        {
            at = (at + 1) & (slots.Length - 1);
        }
        slots[at] = slot;
    }

    private void Grow()
    {
        Slot[] larger = new Slot[2 * _slots.Length];
        foreach (Slot slot in _slots)
        {
            if (slot.Value is not null)
            {
                Insert(larger, slot);
            }
        }
        _slots = larger;
    }

    private readonly record struct Slot(ulong Hash, byte[] Key, T? Value);
}
