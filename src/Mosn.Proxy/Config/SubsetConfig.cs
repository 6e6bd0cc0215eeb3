namespace Mosn.Proxy.Config;

/// <summary>How hosts are grouped by their metadata.</summary>
public sealed record SubsetConfig : IConfigRecord<SubsetConfig>
{
    /// <summary>No subset matches: 0 no host, 1 any host, 2 the default subset.</summary>
    public int FallbackPolicy { get; init; }

    /// <summary>Labels of the default subset.</summary>
    public IReadOnlyDictionary<string, string> DefaultSubset { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Sets of label names that make subsets.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SubsetSelectors { get; init; } = [];

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
