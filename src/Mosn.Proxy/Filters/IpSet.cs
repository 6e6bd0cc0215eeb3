using Mosn.Proxy.Config;

namespace Mosn.Proxy.Filters;

/// <summary>A set of IP addresses, as ordered runs without overlap: any number of ranges is a binary search. Immutable.</summary>
internal sealed class IpSet
{
    private readonly UInt128[] _firsts;
    private readonly UInt128[] _lasts;

    public IpSet(IEnumerable<IpRange> ranges)
    {
        List<IpRange> runs = [];
        foreach (IpRange range in ranges.OrderBy(static range => range.First))
        {
            if (runs.Count > 0 && range.First <= runs[^1].Last)
            {
                runs[^1] = runs[^1] with { Last = UInt128.Max(runs[^1].Last, range.Last) };
            }
            else
            {
                runs.Add(range);
            }
        }
        _firsts = [.. runs.Select(static run => run.First)];
        _lasts = [.. runs.Select(static run => run.Last)];
    }

    /// <param name="address">As <see cref="IpRange"/> numbers addresses.</param>
    public bool Contains(UInt128 address)
    {
        int index = Array.BinarySearch(_firsts, address);
        index = index < 0 ? ~index - 1 : index;
        return index >= 0 && address <= _lasts[index];
    }
}
