using Mosn.Proxy.Config;
using Mosn.Proxy.Upstream;

namespace Mosn.Proxy.Admin;

/// <summary>The endpoints that every process has: the one place where they are listed.</summary>
internal static class AdminEndpoints
{
    /// <summary>Makes them. A caller may add its own; paths must differ.</summary>
    /// <param name="metrics">The sink's settings in it also shape <c>/metrics</c> here; may be null.</param>
    public static IReadOnlyList<IAdminEndpoint> Standard(AdminSources sources, MetricsConfig? metrics) =>
    [
        new VersionEndpoint(sources.Version),
        new ConfigDumpEndpoint(sources.Config),
        new ClustersEndpoint(sources.Clusters),
        new StatsEndpoint(sources.Metrics),
        new StatsGlobEndpoint(sources.Metrics),
        new LogLevelUpdateEndpoint(sources.ErrorLogs),
        new LogLevelsEndpoint(sources.ErrorLogs),
        new LogSwitchEndpoint(sources.LogFiles, enables: true),
        new LogSwitchEndpoint(sources.LogFiles, enables: false),
        new StatesEndpoint(sources.State),
        new FeaturesEndpoint(sources.Features),
        new EnvironmentEndpoint(sources.Environment),
        new PrometheusEndpoint("/metrics", sources.Metrics, PrometheusEndpoint.FirstSink(metrics)),
        .. sources.Updates is { } updates ? Updates(updates, sources.Clusters) : [],
    ];

    private static IAdminEndpoint[] Updates(IConfigUpdates updates, Func<IReadOnlyList<Cluster>> clusters)
    {
        return
        [
            new RoutersEndpoint(updates, ClusterNames),
            new RoutesEndpoint(updates, ClusterNames),
            new ClusterUpdateEndpoint(updates),
            new HostsEndpoint(updates),
        ];

        IEnumerable<string> ClusterNames() => clusters().Select(static cluster => cluster.Name);
    }
}
