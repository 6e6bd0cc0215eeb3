using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Shows all counters as JSON, or the group of the parameter <c>key</c>.</summary>
internal sealed class StatsEndpoint(MetricRegistry metrics) : IAdminEndpoint
{
    public string Path => "/api/v1/stats";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (request.Query.NameCount > 1)
        {
            response.FailWithText(400, "only support one parameter");
            return;
        }
        string? key = request.Query.NameCount == 0 ? null : request.Query.Value("key");
        response.ContentType = AdminResponse.Json;
        if (!StatsJson.TryWrite(metrics, response.Output, key))
        {
            response.FailWithText(200, $"no metrics key: {key}");
        }
    }
}
