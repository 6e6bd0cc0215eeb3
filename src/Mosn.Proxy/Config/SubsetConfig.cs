namespace Mosn.Proxy.Config;

/// <summary>How hosts are grouped by their metadata.</summary>
public sealed record SubsetConfig : IConfigRecord<SubsetConfig>
{
    internal const int AnyHostPolicy = 1;
    internal const int DefaultSubsetPolicy = 2;

    /// <summary>No subset matches: 0 no host, 1 any host, 2 the default subset.</summary>
    public int FallbackPolicy { get; init; }

    /// <summary>Labels of the default subset.</summary>
    public IReadOnlyDictionary<string, string> DefaultSubset { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Sets of label names that make subsets.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SubsetSelectors { get; init; } = [];

    /// <summary>By what is in it: a configuration that is read again keeps its balancer.</summary>
    public bool Equals(SubsetConfig? other) =>
        other is not null
        && FallbackPolicy == other.FallbackPolicy
        && DefaultSubset.Count == other.DefaultSubset.Count
        && DefaultSubset.All(label => other.DefaultSubset.TryGetValue(label.Key, out string? value) && value == label.Value)
        && SubsetSelectors.Count == other.SubsetSelectors.Count
        && SubsetSelectors.Zip(other.SubsetSelectors).All(static pair => pair.First.SequenceEqual(pair.Second));

    public override int GetHashCode() =>
        HashCode.Combine(FallbackPolicy, DefaultSubset.Count, SubsetSelectors.Count);

    static SubsetConfig IConfigRecord<SubsetConfig>.Bind(ConfigBinder binder, SubsetConfig value)
    {
        value = value with
        {
            FallbackPolicy = binder.Int(
                "fall_back_policy", value.FallbackPolicy,
                "No subset matches: 0 no host, 1 any host, 2 the default subset.", Field.Range(0, 2)),
            DefaultSubset = binder.Map("default_subset", value.DefaultSubset, "Labels of the default subset."),
            SubsetSelectors = binder.StringLists(
                "subset_selectors", value.SubsetSelectors,
                "Sets of label names that make subsets."),
        };
        return value;
    }
}
