namespace Mosn.Proxy.Config;

/// <summary>Copies of requests.</summary>
public sealed record MirrorConfig : IConfigRecord<MirrorConfig>
{
    /// <summary>Cluster that gets the copies.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Requests of a hundred that are copied.</summary>
    public uint Percent { get; init; }

    static MirrorConfig IConfigRecord<MirrorConfig>.Bind(ConfigBinder binder, MirrorConfig value)
    {
        value = value with
        {
            Cluster = binder.String("cluster", value.Cluster, "Cluster that gets the copies."),
            Percent = binder.UInt(
                "percent", value.Percent,
                "Requests of a hundred that are copied.", Field.Range(0, 100)),
        };
        binder.Ignored("trace_sampled", "It has no effect in MOSN either.");
        return value;
    }
}
