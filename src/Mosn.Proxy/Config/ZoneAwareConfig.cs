namespace Mosn.Proxy.Config;

/// <summary>Requests stay in the zone of this process as far as its hosts can bear them.</summary>
public sealed record ZoneAwareConfig : IConfigRecord<ZoneAwareConfig>
{
    /// <summary>Whether the zone is looked at.</summary>
    public bool Enabled { get; init; }

    /// <summary>Usable hosts below which it is not.</summary>
    public uint MinClusterSize { get; init; } = 6;

    /// <summary>Percent of requests for which it is.</summary>
    public uint Percent { get; init; } = 100;

    static ZoneAwareConfig IConfigRecord<ZoneAwareConfig>.Bind(ConfigBinder binder, ZoneAwareConfig value)
    {
        value = value with
        {
            Enabled = binder.Bool("enabled", value.Enabled, "Whether the zone is looked at."),
            MinClusterSize = binder.UInt(
                "min_cluster_size", value.MinClusterSize,
                "Usable hosts below which it is not."),
            Percent = binder.UInt("percent", value.Percent, "Percent of requests for which it is.", Field.Range(0, 100)),
        };
        return value;
    }
}
