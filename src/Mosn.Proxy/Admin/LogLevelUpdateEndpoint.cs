using System.Text.Json;
using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Admin;

/// <summary>Changes the level of one error log: <c>{"log_path":"…","log_level":"DEBUG"}</c>.</summary>
internal sealed class LogLevelUpdateEndpoint(ErrorLogs logs) : IAdminEndpoint
{
    public string Path => "/api/v1/update_loglevel";

    public AdminMethods Methods => AdminMethods.Post;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        if (TryRead(request.Body, out string path, out ErrorLogLevel level) && logs.TrySetLevel(path, level))
        {
            response.Write("update logger success\n");
        }
        else
        {
            response.Fail(400, "update logger failed");
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, out string path, out ErrorLogLevel level)
    {
        path = "";
        string levelText = "";
        level = default;
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }
            // Key case does not matter, as everywhere in MOSN's JSON.
            foreach (JsonProperty member in json.RootElement.EnumerateObject())
            {
                bool isPath = member.Name.Equals("log_path", StringComparison.OrdinalIgnoreCase);
                if (!isPath && !member.Name.Equals("log_level", StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }
                if (member.Value.ValueKind != JsonValueKind.String)
                {
                    return false;
                }
                (path, levelText) = isPath ? (member.Value.GetString()!, levelText) : (path, member.Value.GetString()!);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // Not JSON, or text that is not Unicode.
        }
        return ErrorLogLevels.TryParse(levelText, out level);
    }
}
