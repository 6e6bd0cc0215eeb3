using System.Numerics;
using System.Text;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Balancing;

/// <summary>
/// Points of hosts on a circle of 2^32: a hash belongs to the next point (Karger et al.: "Consistent Hashing and Random
/// Trees", 1997). The points of a host depend on its address alone, so that another host moves nothing but what it takes or
/// leaves. Immutable.
/// </summary>
internal sealed class HashRing
{
    /// <summary>Points of the lightest host, while the ring's bounds allow it.</summary>
    private const double PointsPerHost = 160;

    private const ulong PlaceMask = 0xFFFF_FFFF_0000_0000;

    // Sorted: the place on the circle in the upper half, the host's index in the lower.
    private readonly ulong[] _points;
    private readonly double _pointsPerWeight;

    /// <summary>The first point at or after the beginning of each of equally long arcs, so that a search has no levels.</summary>
    private readonly int[] _starts;
    private readonly int _arcShift;

    private HashRing(ulong[] sorted, double pointsPerWeight)
    {
        _points = sorted;
        _pointsPerWeight = pointsPerWeight;
        int arcBits = Math.Max(1, BitOperations.Log2((uint)sorted.Length));
        _arcShift = 32 - arcBits;
        _starts = new int[1 << arcBits];
        int at = 0;
        for (int arc = 0; arc < _starts.Length; arc++)
        {
            while (at < sorted.Length && (uint)(sorted[at] >> 32) >> _arcShift < (uint)arc)
            {
                at++;
            }
            _starts[arc] = at;
        }
    }

    /// <summary>Number of points.</summary>
    public int Count => _points.Length;

    /// <summary>The ring of these hosts, their points in proportion to their weights.</summary>
    /// <param name="previous">A set and its ring, whose points are taken over as far as they are the same.</param>
    public static HashRing Of(HostSet hosts, uint pointsMin, uint pointsMax, HostSet? previous)
    {
        double pointsPerWeight = Density(hosts, pointsMin, pointsMax);
        if (previous?.Prepared is HashRing ring && ring._pointsPerWeight == pointsPerWeight)
        {
            return hosts.HasSameMembers(previous) ? ring : ring.Changed(previous, hosts);
        }
        return new HashRing(Points(hosts, [.. Enumerable.Range(0, hosts.All.Length)], pointsPerWeight), pointsPerWeight);
    }

    /// <summary>The index of the point that a hash belongs to.</summary>
    public int Find(uint hash)
    {
        int at = _starts[hash >> _arcShift];
        while (at < _points.Length && (uint)(_points[at] >> 32) < hash)
        {
            at++;
        }
        return at < _points.Length ? at : 0;
    }

    /// <summary>The host of a point, as its index in <see cref="HostSet.All"/>.</summary>
    public int HostAt(int point) => (int)(uint)_points[point];

    private static double Density(HostSet hosts, uint pointsMin, uint pointsMax)
    {
        int lightest = int.MaxValue;
        long sum = 0;
        for (int i = 0; i < hosts.All.Length; i++)
        {
            lightest = Math.Min(lightest, hosts.WeightAt(i));
            sum += hosts.WeightAt(i);
        }
        return Math.Clamp(PointsPerHost / lightest, (double)pointsMin / sum, Math.Max(pointsMin, (double)pointsMax) / sum);
    }

    private static ulong[] Points(HostSet hosts, List<int> indexes, double pointsPerWeight)
    {
        SipHash hash = new(MaglevTable.HashKey, 0);
        List<ulong> points = new((int)Math.Min(int.MaxValue, pointsPerWeight * indexes.Count));
        foreach (int index in indexes)
        {
            SplitMix64 places = new(hash.Hash(Encoding.UTF8.GetBytes(hosts.All[index].AddressText)));
            int count = Math.Max(1, (int)Math.Round(pointsPerWeight * hosts.WeightAt(index)));
            for (int i = 0; i < count; i++)
            {
                points.Add((places.Next() & PlaceMask) | (uint)index);
            }
        }
        ulong[] sorted = [.. points];
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>The same ring without the hosts that left and with those that came: a merge, not a sort of everything.</summary>
    private HashRing Changed(HostSet before, HostSet now)
    {
        Dictionary<Host, int> indexes = new(now.All.Length);
        for (int i = 0; i < now.All.Length; i++)
        {
            indexes.Add(now.All[i], i);
        }
        int[] moved = new int[before.All.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            bool stays = indexes.TryGetValue(before.All[i], out int index) && now.WeightAt(index) == before.WeightAt(i);
            moved[i] = stays ? index : -1;
            if (stays)
            {
                indexes.Remove(before.All[i]);
            }
        }
        ulong[] added = Points(now, [.. indexes.Values], _pointsPerWeight);
        return new HashRing(Merge(moved, added), _pointsPerWeight);
    }

    private ulong[] Merge(int[] moved, ulong[] added)
    {
        int count = added.Length;
        foreach (ulong point in _points)
        {
            count += moved[(uint)point] >= 0 ? 1 : 0;
        }
        ulong[] merged = new ulong[count];
        int at = 0;
        int next = 0;
        foreach (ulong point in _points)
        {
            int index = moved[(uint)point];
            if (index < 0)
            {
                continue;
            }
            while (next < added.Length && added[next] >> 32 < point >> 32)
            {
                merged[at++] = added[next++];
            }
            merged[at++] = (point & PlaceMask) | (uint)index;
        }
        added.AsSpan(next).CopyTo(merged.AsSpan(at));
        return merged;
    }
}
