namespace Mosn.Proxy.Upstream;

/// <summary>Labels and their values that a route asks for in a host (MOSN: metadata match criteria). Immutable.</summary>
internal sealed class MetadataCriteria
{
    private readonly KeyValuePair<string, string>[] _pairs;

    public MetadataCriteria(IEnumerable<KeyValuePair<string, string>> labels) =>
        _pairs = [.. labels.OrderBy(static label => label.Key, StringComparer.Ordinal)];

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
}
