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
    public static IReadOnlyList<HostEntry> Of(ClusterConfig config, HostNames names)
    {
        HashSet<NetworkAddress> seen = new(config.Hosts.Count);
        List<HostEntry> entries = new(config.Hosts.Count);
        foreach (HostConfig host in config.Hosts)
        {
            if (host.Address is { } named && seen.Add(named) && Resolve(named, names) is { } address)
            {
                entries.Add(new HostEntry(host, named, address));
            }
        }
        return entries;
    }

    private static TransportAddress? Resolve(in NetworkAddress address, HostNames names)
    {
        if (address.Kind == NetworkAddressKind.Unix)
        {
            return TransportAddress.Unix(address.Host);
        }
        return (address.Ip ?? names.Find(address.Host)) is { } ip ? TransportAddress.From(ip, address.Port) : null;
    }
}
