namespace Mosn.Proxy.Config;

/// <summary>
/// A route of tcp_proxy or udp_proxy. All four conditions must hold; an empty list holds for nothing.
/// </summary>
public sealed record StreamRouteConfig : IConfigRecord<StreamRouteConfig>
{
    /// <summary>Cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Addresses of the client.</summary>
    public IReadOnlyList<CidrConfig> SourceAddrs { get; init; } = [];

    /// <summary>Addresses that the client connected to.</summary>
    public IReadOnlyList<CidrConfig> DestinationAddrs { get; init; } = [];

    /// <summary>Ports of the client, for example 80,443,8080-8089.</summary>
    public string SourcePorts { get; init; } = "";

    /// <summary>Ports that the client connected to.</summary>
    public string DestinationPorts { get; init; } = "";

    static StreamRouteConfig IConfigRecord<StreamRouteConfig>.Bind(ConfigBinder binder, StreamRouteConfig value)
    {
        value = value with
        {
            Cluster = binder.String("cluster", value.Cluster, "Cluster.", Field.Required),
            SourceAddrs = binder.List("SourceAddrs", value.SourceAddrs, "Addresses of the client."),
            DestinationAddrs = binder.List(
                "DestinationAddrs", value.DestinationAddrs,
                "Addresses that the client connected to."),
            SourcePorts = binder.String(
                "SourcePort", value.SourcePorts,
                "Ports of the client, for example 80,443,8080-8089."),
            DestinationPorts = binder.String(
                "DestinationPort", value.DestinationPorts,
                "Ports that the client connected to."),
        };
        return value;
    }
}
