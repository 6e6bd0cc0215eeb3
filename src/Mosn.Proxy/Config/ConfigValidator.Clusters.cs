namespace Mosn.Proxy.Config;

internal sealed partial class ConfigValidator
{
    private void CheckClusters(ClusterManagerConfig? manager)
    {
        if (manager is null)
        {
            return;
        }
        CheckUnique(manager.Clusters, static c => c.Name, "name", "cluster");
        CheckTls(manager.TlsContext);
        foreach (ClusterConfig cluster in manager.Clusters)
        {
            _clusters.Add(cluster.Name);
            CheckCluster(cluster);
        }
    }

    private void CheckCluster(ClusterConfig cluster)
    {
        CheckTls(cluster.TlsContext);
        CheckUpstreamProtocol(cluster.Protocol, cluster, "protocol");
        CheckHosts(cluster.Hosts);
        CheckDiscovery(cluster);
        foreach (CircuitBreakerConfig unused in cluster.CircuitBreakers.Skip(1))
        {
            Warning(unused, "", "only the first entry counts");
        }
        if (cluster.HealthCheck is { } check)
        {
            CheckHealthCheck(check);
        }
        if (cluster.OutlierDetection is { } outliers && outliers.BaseEjectionTime > outliers.MaxEjectionTime)
        {
            Warning(outliers, "base_ejection_time", "'base_ejection_time' is above 'max_ejection_time', which has no effect then");
        }
        CheckBalancing(cluster);
    }

    private void CheckUpstreamProtocol(string protocol, object record, string field)
    {
        if (protocol.Length == 0 || context.Options.UpstreamProtocols.Contains(protocol))
        {
            return;
        }
        if (!FilterKinds.Protocols.Contains(protocol))
        {
            Error(
                record, field, "unknown protocol", $"\"{protocol}\"",
                string.Join(", ", context.Options.ProtocolNames),
                NearestMatch.Of(protocol, context.Options.ProtocolNames));
        }
        else if (!ConfigCapabilities.Has("upstream protocol", protocol))
        {
            Warning(record, field, $"not supported yet: protocol {protocol} towards hosts; such requests get a 502");
        }
    }

    private void CheckHosts(IReadOnlyList<HostConfig> hosts)
    {
        HashSet<NetworkAddress> addresses = [];
        foreach (HostConfig host in hosts)
        {
            if (host.Address is not { } address)
            {
                continue;
            }
            if (!addresses.Add(address))
            {
                Warning(host, "address", $"host {address} is there already; the first counts");
            }
            if (address.Kind != NetworkAddressKind.Unix && address.Port == 0)
            {
                Error(host, "address", "a host needs a port", $"\"{address}\"", "a port from 1 to 65535");
            }
        }
    }

    private void CheckTls(TlsContextConfig? tls)
    {
        if (tls is null)
        {
            return;
        }
        if (tls.MinVersion != TlsProtocolVersion.Auto
            && tls.MaxVersion != TlsProtocolVersion.Auto
            && tls.MinVersion > tls.MaxVersion)
        {
            Error(tls, "min_version", "'min_version' is above 'max_version'");
        }
        if (tls.Status && (tls.CertChain.Length == 0) != (tls.PrivateKey.Length == 0))
        {
            Error(tls, tls.CertChain.Length == 0 ? "private_key" : "cert_chain",
                "'cert_chain' and 'private_key' need each other");
        }
        CheckNames(tls, "cipher_suites", tls.CipherSuites, ':', TlsNames.Ciphers, StringComparer.Ordinal);
        CheckNames(tls, "ecdh_curves", tls.EcdhCurves, ',', TlsNames.Curves, StringComparer.OrdinalIgnoreCase);
    }

    private void CheckNames(
        TlsContextConfig tls, string field, string list, char separator, IReadOnlyList<string> known,
        StringComparer comparer)
    {
        foreach (string name in list.Split(separator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!known.Contains(name, comparer))
            {
                Error(
                    tls, field, $"unknown name in '{field}'", $"\"{name}\"", null, NearestMatch.Of(name, known));
            }
        }
    }
}
