using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Shows what all clients together do, one metric a line.</summary>
internal sealed class StatsGlobEndpoint(MetricRegistry metrics) : IAdminEndpoint
{
    public string Path => "/api/v1/stats_glob";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response) => StatsJson.WriteGlobal(metrics, response.Output);
}
