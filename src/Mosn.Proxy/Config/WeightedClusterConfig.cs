namespace Mosn.Proxy.Config;

/// <summary>One of several clusters that share the requests of a route.</summary>
public sealed record WeightedClusterConfig : IConfigRecord<WeightedClusterConfig>
{
    /// <summary>Name of the cluster.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its share.</summary>
    public uint Weight { get; init; }

    /// <summary>Labels that choose a subset of its hosts.</summary>
    public IReadOnlyDictionary<string, string> MetadataMatch { get; init; } = ConfigDefaults.NoStrings;

    static WeightedClusterConfig IConfigRecord<WeightedClusterConfig>.Bind(
        ConfigBinder binder, WeightedClusterConfig value)
    {
        ConfigBinder cluster = binder.Open("cluster", "The cluster and its weight.");
        value = value with
        {
            Name = cluster.String("name", value.Name, "Name of the cluster.", Field.Required),
            Weight = cluster.UInt("weight", value.Weight, "Its share."),
            MetadataMatch = cluster.Metadata(
                "metadata_match", value.MetadataMatch,
                "Labels that choose a subset of its hosts."),
        };
        cluster.Close();
        return value;
    }
}
