namespace Mosn.Proxy.Upstream;

/// <summary>Labels and their values that a route asks for in a host (MOSN: metadata match criteria). Immutable.</summary>
/// <remarks>Equal to others with the same labels, whose hash is computed once: subsets are looked up by it.</remarks>
internal sealed class MetadataCriteria : IEquatable<MetadataCriteria>
{
    private readonly KeyValuePair<string, string>[] _pairs;
    private readonly int _hash;

    public MetadataCriteria(IEnumerable<KeyValuePair<string, string>> labels)
        : this([.. labels.OrderBy(static label => label.Key, StringComparer.Ordinal)])
    {
    }

    private MetadataCriteria(KeyValuePair<string, string>[] sorted)
    {
        _pairs = sorted;
        HashCode hash = default;
        foreach ((string key, string value) in sorted)
        {
            hash.Add(key.GetHashCode(StringComparison.Ordinal));
            hash.Add(value.GetHashCode(StringComparison.Ordinal));
        }
        _hash = hash.ToHashCode();
    }

    /// <summary>Sorted by key, each key once.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Pairs => _pairs;

    /// <summary>These labels, and over them those that the request brought itself: of the same key, theirs win.</summary>
    public static MetadataCriteria? Merge(
        MetadataCriteria? ofRoute, IReadOnlyCollection<KeyValuePair<string, string>>? ofRequest)
    {
        if (ofRequest is null || ofRequest.Count == 0)
        {
            return ofRoute;
        }
        Dictionary<string, string> merged = new(StringComparer.Ordinal);
        foreach ((string key, string value) in (IEnumerable<KeyValuePair<string, string>>)(ofRoute?._pairs ?? []))
        {
            merged[key] = value;
        }
        foreach ((string key, string value) in ofRequest)
        {
            merged[key] = value;
        }
        return new MetadataCriteria(merged);
    }

    /// <summary>The labels of these names; null if one is missing.</summary>
    /// <param name="keys">Sorted, each once.</param>
    public static MetadataCriteria? Of(IReadOnlyDictionary<string, string> labels, ReadOnlySpan<string> keys)
    {
        KeyValuePair<string, string>[] pairs = new KeyValuePair<string, string>[keys.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            if (!labels.TryGetValue(keys[i], out string? value))
            {
                return null;
            }
            pairs[i] = new KeyValuePair<string, string>(keys[i], value);
        }
        return new MetadataCriteria(pairs);
    }

    /// <summary>True if those labels have all of these.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach ((string key, string value) in _pairs)
        {
            if (!labels.TryGetValue(key, out string? actual) || actual != value)
            {
                return false;
            }
        }
        return true;
    }

    public bool Equals(MetadataCriteria? other)
    {
        if (other is null || other._hash != _hash || other._pairs.Length != _pairs.Length)
        {
            return false;
        }
        for (int i = 0; i < _pairs.Length; i++)
        {
            if (_pairs[i].Key != other._pairs[i].Key || _pairs[i].Value != other._pairs[i].Value)
            {
                return false;
            }
        }
        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as MetadataCriteria);

    public override int GetHashCode() => _hash;
}
