using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Network;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Server;

/// <summary>From the configuration of a <c>tcp_proxy</c> filter to the filter.</summary>
internal static class TcpProxyFilterBuilder
{
    public static INetworkFilterFactory Build(
        FilterConfig filter, ListenerModel listener, ListenerConfig config, ProxyRuntime runtime)
    {
        TcpProxyFilterConfig tcp = (TcpProxyFilterConfig)filter.Typed!;
        IReadOnlyList<AccessLogConfig> logs = tcp.AccessLogs.Count > 0 ? tcp.AccessLogs : config.AccessLogs;
        return new TcpProxyFilterFactory(new TcpProxyModel
        {
            ListenerName = listener.Name,
            Route = BuildRoute(tcp, runtime),
            IdleTimeoutMs = (long)(tcp.IdleTimeout ?? TimeSpan.Zero).TotalMilliseconds,
            AccessLogs = AccessLogs.ForConnections(logs, listener.Name, runtime),
            Listener = listener.Metrics,
            Metrics = runtime.Metrics,
        });
    }

    private static ITcpRoute BuildRoute(TcpProxyFilterConfig tcp, ProxyRuntime runtime)
    {
        if (tcp.Cluster.Length > 0 || tcp.WeightedClusters.Count == 0)
        {
            return new SingleClusterRoute(runtime.Clusters.Get(tcp.Cluster));
        }
        return new WeightedClusterRoute(
            [.. tcp.WeightedClusters.Select(entry => (runtime.Clusters.Get(entry.Name), (int)entry.Weight))],
            runtime.Loops.Count,
            runtime.Seed);
    }
}
