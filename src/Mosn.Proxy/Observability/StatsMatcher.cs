namespace Mosn.Proxy.Observability;

/// <summary>
/// Which metrics are not exported. They can be counted as ever, and the numbers go nowhere.
/// </summary>
/// <param name="RejectAll">Nothing is exported.</param>
/// <param name="ExclusionLabels">A group with one of these label keys (not values) is left out whole.</param>
/// <param name="ExclusionKeys">Metrics of these names are left out of every group.</param>
public sealed record StatsMatcher(
    bool RejectAll, IReadOnlyCollection<string> ExclusionLabels, IReadOnlyCollection<string> ExclusionKeys)
{
    /// <summary>Everything is exported.</summary>
    public static StatsMatcher None { get; } = new(RejectAll: false, [], []);

    internal bool ExcludesGroup(IEnumerable<(string Key, string Value)> labels) =>
        RejectAll || labels.Any(label => ExclusionLabels.Contains(label.Key, StringComparer.Ordinal));

    internal bool ExcludesMetric(string name) =>
        ExclusionKeys.Count > 0 && ExclusionKeys.Contains(name, StringComparer.Ordinal);
}
