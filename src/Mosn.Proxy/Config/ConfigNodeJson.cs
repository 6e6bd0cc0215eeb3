using System.Text.Json;

namespace Mosn.Proxy.Config;

/// <summary>Writes nodes back as JSON, with what looks like a secret taken out.</summary>
internal static class ConfigNodeJson
{
    public const string Redacted = "***REDACTED***";

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
                json.WriteStringValue(isRedacted && SecretText.HoldsPrivateKey(node.Text) ? Redacted : node.Text);
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

    private static void WriteMember(Utf8JsonWriter json, ConfigMember member, bool isRedacted)
    {
        bool isSecret = isRedacted
            && member.Value is { Kind: ConfigNodeKind.String, Text.Length: > 0 }
            && SecretText.IsSecretName(member.Name);
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
