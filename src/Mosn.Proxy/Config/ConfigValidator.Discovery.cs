using System.Globalization;
using System.Net;

namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private const int ServicePort = 80; // What the reader puts where no port is written.

    private void CheckDiscovery(ClusterConfig cluster)
    {
        if (cluster.Type == ClusterType.LogicalDns && cluster.Hosts.Count != 1)
        {
            Error(cluster, "hosts", "a LOGICAL_DNS cluster has one host", $"{cluster.Hosts.Count}", "exactly one");
        }
        foreach (HostConfig host in cluster.Hosts)
        {
            CheckService(cluster, host);
        }
        CheckNameServers(cluster);
        CheckOriginalDst(cluster);
    }

    private void CheckService(ClusterConfig cluster, HostConfig host)
    {
        if (host.Address is not { IsService: true } address)
        {
            return;
        }
        if (!cluster.ResolvesNames)
        {
            Warning(host, "address", "a service is looked up in STRICT_DNS and LOGICAL_DNS clusters only");
        }
        else if (address.Port != ServicePort)
        {
            Error(host, "address", "a service brings its own ports", $"\"{address}\"", $"\"{address.Host}\"");
        }
    }

    private void CheckNameServers(ClusterConfig cluster)
    {
        if (PlaceHas(cluster, "dns_resolver_port"))
        {
            CheckPort(cluster, "dns_resolver_port", cluster.DnsResolverPort);
        }
        if (cluster.DnsResolvers is not { } resolvers)
        {
            return;
        }
        if (resolvers.Servers.Count == 0)
        {
            Warning(resolvers, "", "has no effect without 'servers'");
        }
        if (PlaceHas(resolvers, "port"))
        {
            CheckPort(resolvers, "port", resolvers.Port);
        }
        foreach (string server in resolvers.Servers)
        {
            bool isAddress = NetworkAddress.TryParse(server, out NetworkAddress address, defaultPort: 53)
                ? address.Ip is not null && address.Port != 0
                : IPAddress.TryParse(server, out _);
            if (!isAddress)
            {
                Error(resolvers, "servers", "not an address", $"\"{server}\"", "an IP address, or one with a port");
            }
        }
    }

    private void CheckPort(object record, string field, string text)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65535)
        {
            Error(record, field, "not a port", $"\"{text}\"", "a number from 1 to 65535");
        }
    }

    private void CheckOriginalDst(ClusterConfig cluster)
    {
        if (cluster.Balancer != LoadBalancerType.OriginalDst)
        {
            if (cluster.OriginalDstLbConfig is { } settings)
            {
                Warning(settings, "", "has no effect without LB_ORIGINAL_DST");
            }
            return;
        }
        if (cluster.Hosts.Count > 0)
        {
            Warning(cluster, "hosts", "has no effect: the hosts are where the clients meant to go");
        }
        if (cluster.LbSubsetConfig is { } subsets)
        {
            Warning(subsets, "", "has no effect with LB_ORIGINAL_DST");
        }
        if (cluster.BalancerSettings?.ZoneAware is { Enabled: true } zones)
        {
            Warning(zones, "", "has no effect with LB_ORIGINAL_DST");
        }
    }
}
