using System.Text;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// A table in which every host has almost the same number of slots, most of which stay when hosts come and go (Eisenbud et
/// al.: "Maglev: A Fast and Reliable Software Network Load Balancer", 2016, section 3.4). Slot for slot that of MOSN
/// when all weights are equal. Immutable.
/// </summary>
internal sealed class MaglevTable
{
    /// <summary>MOSN's key for host addresses; its other half is 0.</summary>
    internal const ulong HashKey = 0xDEAD_BEEF_CAFE_BABE;

    private const int SizeSmall = 65_537;
    private const int SizeBig = 655_373;
    private const int HostsForBig = 30_000;

    // One of the two: with few hosts half the size, and so more of it in the cache.
    private readonly ushort[]? _narrow;
    private readonly int[]? _wide;

    private MaglevTable(int[] slots, int hostCount)
    {
        Size = slots.Length;
        if (hostCount <= ushort.MaxValue)
        {
            _narrow = Array.ConvertAll(slots, static slot => (ushort)slot);
        }
        else
        {
            _wide = slots;
        }
    }

    /// <summary>Number of slots, a prime.</summary>
    public int Size { get; }

    /// <summary>The host of a slot, as its index.</summary>
    public int this[int slot] => _narrow is not null ? _narrow[slot] : _wide![slot];

    /// <summary>The table of some hosts; null if there are more than it could have slots.</summary>
    /// <param name="weights">Of each host; empty: all equal.</param>
    public static MaglevTable? Of(ReadOnlySpan<string> addresses, ReadOnlySpan<int> weights = default)
    {
        if (addresses.Length >= SizeBig)
        {
            return null;
        }
        int size = addresses.Length < HostsForBig ? SizeSmall : SizeBig;
        return new MaglevTable(Fill(Preferences(addresses, size), weights, size), addresses.Length);
    }

    private static Preference[] Preferences(ReadOnlySpan<string> addresses, int size)
    {
        SipHash sip = new(HashKey, 0);
        Preference[] preferences = new Preference[addresses.Length];
        for (int i = 0; i < preferences.Length; i++)
        {
            ulong hash = sip.Hash(Encoding.UTF8.GetBytes(addresses[i]));
            preferences[i] = new Preference
            {
                Slot = (int)((hash >> 32) % (uint)size),
                Skip = (int)((uint)hash % (uint)(size - 1)) + 1,
            };
        }
        return preferences;
    }

    /// <summary>The hosts claim slots in turn, the light ones not in every round.</summary>
    private static int[] Fill(Preference[] preferences, ReadOnlySpan<int> weights, int size)
    {
        int[] slots = new int[size];
        Array.Fill(slots, -1);
        int heaviest = 1;
        foreach (int weight in weights)
        {
            heaviest = Math.Max(heaviest, weight);
        }
        for (int filled = 0; filled < size;)
        {
            for (int i = 0; i < preferences.Length && filled < size; i++)
            {
                ref Preference preference = ref preferences[i];
                preference.Credit += weights.IsEmpty ? heaviest : weights[i];
                if (preference.Credit < heaviest)
                {
                    continue;
                }
                preference.Credit -= heaviest;
                while (slots[preference.Slot] >= 0)
                {
                    preference.Advance(size);
                }
                slots[preference.Slot] = i;
                filled++;
            }
        }
        return slots;
    }

    /// <summary>The next slot that a host would like. They come round to all, because the size is prime.</summary>
    private struct Preference
    {
        public int Slot;
        public int Skip;
        public int Credit;

        public void Advance(int size)
        {
            Slot += Skip;
            Slot = Slot < size ? Slot : Slot - size;
        }
    }
}
