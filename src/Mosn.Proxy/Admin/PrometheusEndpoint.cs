using Mosn.Proxy.Config;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Shows all counters to a scraper.</summary>
internal sealed class PrometheusEndpoint(string path, MetricRegistry metrics, PrometheusSinkConfig? sink) : IAdminEndpoint
{
    private readonly PrometheusOptions _options = sink is null ? new() : new()
    {
        CollectProcess = !sink.DisableCollectProcess,
        CollectRuntime = !sink.DisableCollectRuntime,
        Percentiles = sink.Percentiles,
    };

    public string Path => path;

    public AdminMethods Methods => AdminMethods.Get;

    /// <summary>The prometheus sink of a configuration; null if there is none. Of several, the first counts.</summary>
    public static PrometheusSinkConfig? FirstSink(MetricsConfig? metrics) =>
        metrics?.Sinks.Select(static sink => sink.Typed).OfType<PrometheusSinkConfig>().FirstOrDefault();

    public void Handle(AdminRequest request, AdminResponse response)
    {
        response.ContentType = PrometheusText.ContentType;
        PrometheusText.Write(metrics, response.Output, _options);
    }
}
