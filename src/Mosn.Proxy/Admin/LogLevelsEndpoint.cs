using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Shows the level of each error log; the one without a path is standard error, which the start logs to.</summary>
internal sealed class LogLevelsEndpoint(ErrorLogs logs) : IAdminEndpoint
{
    public string Path => "/api/v1/get_loglevel";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response) => response.WriteJson(json =>
    {
        json.WriteStartObject();
        foreach ((string path, ErrorLogLevel level) in logs.Levels())
        {
            json.WriteString(path, level.ToText());
        }
        json.WriteEndObject();
    });
}
