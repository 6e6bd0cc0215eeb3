namespace Mosn.Proxy.Routing;

/// <summary>Numbers of rules by a key of bytes. Immutable after the last <see cref="Add"/>.</summary>
internal sealed class BytesTable(BytesComparer comparer)
{
    private readonly Dictionary<byte[], int[]> _rules = new(comparer);
    private int _lengthMax;

    /// <param name="rule">More than those added before.</param>
    public void Add(byte[] key, int rule)
    {
        _rules[key] = _rules.TryGetValue(key, out int[]? before) ? [.. before, rule] : [rule];
        _lengthMax = Math.Max(_lengthMax, key.Length);
    }

    /// <summary>The rules of the key, in their order.</summary>
    public ReadOnlySpan<int> Find(ReadOnlySpan<byte> key) =>
        key.Length <= _lengthMax
        && _rules.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out int[]? rules) ? rules : [];
}
