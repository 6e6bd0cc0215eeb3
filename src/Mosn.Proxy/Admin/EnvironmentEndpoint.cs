using System.Text.Json;

namespace Mosn.Proxy.Admin;

/// <summary>
/// Shows the environment variables that are asked for by name, with repeated parameters <c>key</c>. What looks like a
/// secret is only said to be there.
/// </summary>
internal sealed class EnvironmentEndpoint(Func<string, string?> read) : IAdminEndpoint
{
    private const string Redacted = "***REDACTED***";

    private static readonly string[] s_secretWords =
        ["key", "pass", "pwd", "secret", "token", "credential", "auth", "cookie", "session", "signature", "private"];

    public string Path => "/api/v1/env";

    public AdminMethods Methods => AdminMethods.Get;

    public void Handle(AdminRequest request, AdminResponse response)
    {
        string[] names = [.. request.Query.All("key").Distinct(StringComparer.Ordinal)];
        if (names.Length == 0)
        {
            response.Fail(400, "no env key");
            return;
        }
        response.WriteIndentedJson(json => Write(json, names));
    }

    private void Write(Utf8JsonWriter json, string[] names)
    {
        List<string> missing = [];
        json.WriteStartObject();
        json.WriteStartObject("env");
        foreach (string name in names)
        {
            // A name that cannot be one would make the runtime throw.
            string? value = name.Length == 0 || name.AsSpan().ContainsAny('=', '\0') ? null : read(name);
            if (value is null)
            {
                missing.Add(name);
            }
            else
            {
                json.WriteString(name, IsSecret(name, value) ? Redacted : value);
            }
        }
        json.WriteEndObject();
        WriteMissing(json, missing);
        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, List<string> missing)
    {
        if (missing.Count == 0)
        {
            json.WriteNull("not_found");
            return;
        }
        json.WriteStartArray("not_found");
        foreach (string name in missing)
        {
            json.WriteStringValue(name);
        }
        json.WriteEndArray();
    }

    private static bool IsSecret(string name, string value) =>
        value.Length > 0
        && (Array.Exists(s_secretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
            || HoldsUserInfo(value));

    /// <summary>True for <c>scheme://user:password@host</c>: a database's address is often given so.</summary>
    private static bool HoldsUserInfo(string value)
    {
        int scheme = value.IndexOf("://", StringComparison.Ordinal);
        return scheme >= 0 && value.IndexOf('@', scheme) > 0;
    }
}
