using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// The same host for the same hash (<c>LB_MAGLEV</c>), found in a <see cref="MaglevTable"/>. What belongs to an unhealthy host
/// is spread over the others. Further tries of a request go to the hosts that follow in the order of the configuration.
/// Without a hash: any host.
/// </summary>
internal sealed class MaglevBalancer(LoadBalancerSettings settings) : ILoadBalancer
{
    private const int SlotsLookedAtMax = 1024;

    private readonly LoopRandom _random = new(settings);

    public object? Prepare(HostSet hosts, HostSet? previous)
    {
        if (previous?.Prepared is MaglevTable table && hosts.HasSameMembers(previous))
        {
            return table;
        }
        string[] addresses = new string[hosts.All.Length];
        int[] weights = hosts.HasEqualWeights ? [] : new int[addresses.Length];
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = hosts.All[i].AddressText;
            if (weights.Length > 0)
            {
                weights[i] = hosts.WeightAt(i);
            }
        }
        return MaglevTable.Of(addresses, weights);
    }

    public Host? Pick(HostSet hosts, in PickContext context)
    {
        ReadOnlySpan<Host> usable = hosts.Usable;
        if (usable.Length <= 1)
        {
            return usable.IsEmpty ? null : usable[0];
        }
        if (context.Hash is not { } hash || hosts.Prepared is not MaglevTable table)
        {
            return _random.Choose(usable, context.LoopIndex);
        }
        int index = FirstIndex(hosts, table, hash);
        for (int i = context.Attempt % usable.Length; i > 0 && index >= 0; i--)
        {
            index = NextIndex(hosts, index);
        }
        return index >= 0 ? hosts.All[index] : usable[(int)(hash % (uint)usable.Length)];
    }

    /// <summary>The first usable host from the hash's slot on; -1 if it is far.</summary>
    private static int FirstIndex(HostSet hosts, MaglevTable table, ulong hash)
    {
        int slot = (int)(hash % (uint)table.Size);
        for (int i = 0; i < SlotsLookedAtMax; i++)
        {
            if (IsUsable(hosts, table[slot]))
            {
                return table[slot];
            }
            slot = slot + 1 < table.Size ? slot + 1 : 0;
        }
        return -1;
    }

    /// <summary>The first usable host after another in the order of the configuration; -1 if there is none.</summary>
    private static int NextIndex(HostSet hosts, int index)
    {
        for (int i = 0; i < hosts.All.Length; i++)
        {
            index = index + 1 < hosts.All.Length ? index + 1 : 0;
            if (IsUsable(hosts, index))
            {
                return index;
            }
        }
        return -1;
    }

    private static bool IsUsable(HostSet hosts, int index) =>
        hosts.IsPanicking || hosts.All[index].Health == HostHealth.Healthy;
}
