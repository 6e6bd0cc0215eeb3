using System.Text.Json;

namespace Mosn.Proxy.Config;

/// <summary>Writes nodes back as JSON, with what looks like a secret taken out.</summary>
internal static class ConfigNodeJson
{
    public const string Redacted = "***REDACTED***";

    private static readonly string[] s_secretWords =
    [
        "private_key", "privatekey", "password", "passwd", "secret", "token", "credential", "authentication",
        "authorization", "cookie", "api-key", "api_key", "apikey",
    ];

    /// <summary>True if a member or a header of this name is likely to hold what must not be shown.</summary>
    public static bool IsSecretName(string name) =>
        Array.Exists(s_secretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    public static void Write(Utf8JsonWriter json, ConfigNode node, bool isRedacted)
    {
        switch (node.Kind)
        {
            case ConfigNodeKind.Object:
                json.WriteStartObject();
                foreach (ConfigMember member in node.Members)
                {
                    json.WritePropertyName(member.Name);
                    WriteMember(json, member, isRedacted);
                }
                json.WriteEndObject();
                break;
            case ConfigNodeKind.Array:
                json.WriteStartArray();
                foreach (ConfigNode item in node.Items)
                {
                    Write(json, item, isRedacted);
                }
                json.WriteEndArray();
                break;
            case ConfigNodeKind.String:
                json.WriteStringValue(isRedacted && HoldsPrivateKey(node.Text) ? Redacted : node.Text);
                break;
            case ConfigNodeKind.Number:
                json.WriteRawValue(node.Text);
                break;
            case ConfigNodeKind.Bool:
                json.WriteBooleanValue(node.Text == "true");
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <summary>A key in PEM form is a secret wherever it stands, for example in an xDS bootstrap.</summary>
    private static bool HoldsPrivateKey(string text) => text.Contains("PRIVATE KEY-----", StringComparison.Ordinal);

    private static void WriteMember(Utf8JsonWriter json, ConfigMember member, bool isRedacted)
    {
        bool isSecret = isRedacted
            && member.Value is { Kind: ConfigNodeKind.String, Text.Length: > 0 }
            && IsSecretName(member.Name);
        if (isSecret)
        {
            json.WriteStringValue(Redacted);
        }
        else
        {
            Write(json, member.Value, isRedacted);
        }
    }
}
