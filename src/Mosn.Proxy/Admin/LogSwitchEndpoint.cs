using System.Text;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Stops or resumes the lines of one log, error or access; the request's body is its path.</summary>
internal sealed class LogSwitchEndpoint(LogFiles files, bool enables) : IAdminEndpoint
{
    private readonly string _verb = enables ? "enable" : "disable";

    public string Path { get; } = enables ? "/api/v1/enable_log" : "/api/v1/disable_log";

    public AdminMethods Methods => AdminMethods.Post;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (files.TrySetEnabled(Encoding.UTF8.GetString(request.Body.Span), enables))
        {
            response.Write($"{_verb} logger success\n");
        }
        else
        {
            response.Fail(400, $"{_verb} logger failed");
        }
    }
}
