using Mosn.Proxy.Config;
using Mosn.Transport;

namespace Mosn.Proxy.Upstream;

/// <summary>A host as whoever knows it describes it: the configuration, name resolution, or an API.</summary>
/// <param name="Config">Weight, name and labels.</param>
/// <param name="Named">The address that names the host in logs and statistics. Unique in a cluster.</param>
/// <param name="Address">Where to connect to: the same, or what a name resolved to.</param>
internal readonly record struct HostEntry(HostConfig Config, NetworkAddress Named, TransportAddress Address)
{
    /// <summary>
    /// The hosts that a cluster's configuration lists, as far as their addresses are known. The first of several with the
    /// same address counts, as in MOSN.
    /// </summary>
    public static IReadOnlyList<HostEntry> Of(ClusterConfig config, HostNames names) =>
        config.Type == ClusterType.OriginalDst ? [] : Of(config.Hosts, names);

    /// <inheritdoc cref="Of(ClusterConfig, HostNames)"/>
    public static IReadOnlyList<HostEntry> Of(IReadOnlyList<HostConfig> hosts, HostNames names)
    {
        HashSet<NetworkAddress> seen = new(hosts.Count);
        List<HostEntry> entries = new(hosts.Count);
        foreach (HostConfig host in hosts)
        {
            if (host.Address is { } named && seen.Add(named) && Resolve(named, names) is { } address)
            {
                entries.Add(new HostEntry(host, named, address));
            }
        }
        return entries;
    }

    /// <summary>Where to connect to; null if the address is a name.</summary>
    public static TransportAddress? Literal(in NetworkAddress address) => address.Kind switch
    {
        NetworkAddressKind.Unix => TransportAddress.Unix(address.Host),
        NetworkAddressKind.Ip => TransportAddress.From(address.Ip!, address.Port),
        _ => null,
    };

    private static TransportAddress? Resolve(in NetworkAddress address, HostNames names) =>
        Literal(address) ?? (names.Find(address.Host) is { } ip ? TransportAddress.From(ip, address.Port) : null);
}
