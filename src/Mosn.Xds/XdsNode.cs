using System.Text.Json;

namespace Mosn.Xds;

/// <summary>Who this process is to the control plane: what goes into <c>node</c> of every xDS request.</summary>
/// <param name="Id">Empty when neither flags nor configuration name one; a control plane will refuse that.</param>
/// <param name="Metadata">Values are JSON, as the control plane sees them.</param>
public sealed record XdsNode(string Id, string Cluster, IReadOnlyDictionary<string, JsonElement> Metadata)
{
    /// <summary>Puts the node together: the configuration's <c>node</c>, overridden by the parameters.</summary>
    /// <param name="configured">The configuration's <c>node</c> object; null when there is none.</param>
    /// <param name="podLabels">The pod's label file, lines <c>key="value"</c>; empty when there is none.</param>
    public static XdsNode From(XdsNodeParameters parameters, JsonElement? configured, string podLabels) => new(
        FirstGiven(parameters.ServiceNode, IdOfPod(parameters), Text(configured, "id")),
        FirstGiven(parameters.ServiceCluster, Text(configured, "cluster")),
        parameters.ServiceMeta.Count > 0 || parameters.ServiceLabels.Count > 0
            ? IstioMetadata(parameters, podLabels)
            : ConfiguredMetadata(configured));

    private static string IdOfPod(XdsNodeParameters parameters) => parameters.ServiceType is "sidecar" or "router"
        ? $"{parameters.ServiceType}~{parameters.PodIp}~{parameters.PodName}.{parameters.PodNamespace}"
            + $"~{parameters.ClusterDomain}"
        : "";

    private static Dictionary<string, JsonElement> ConfiguredMetadata(JsonElement? configured) =>
        Member(configured, "metadata") is { ValueKind: JsonValueKind.Object } metadata
            ? metadata.EnumerateObject().ToDictionary(
                member => member.Name, member => member.Value.Clone(), StringComparer.Ordinal)
            : [];

    /// <summary>Metadata given by flags replaces the configured one as a whole.</summary>
    private static Dictionary<string, JsonElement> IstioMetadata(XdsNodeParameters parameters, string podLabels)
    {
        // The Istio release whose API this data plane speaks, its usual interception mode and cluster id.
        Dictionary<string, JsonElement> metadata = new(StringComparer.Ordinal)
        {
            ["ISTIO_VERSION"] = Json("1.10.6"),
            ["LABELS"] = Labels(parameters.ServiceLabels, podLabels),
            ["INTERCEPTION_MODE"] = Json("REDIRECT"),
            ["CLUSTER_ID"] = Json("Kubernetes"),
        };
        foreach ((string field, string value) in Pairs(parameters.ServiceMeta, ':'))
        {
            if (KeyOfField(field) is { } key)
            {
                metadata[key] = Json(value);
            }
        }
        return metadata;
    }

    private static string? KeyOfField(string field) => field switch
    {
        "IstioVersion" => "ISTIO_VERSION",
        "InterceptionMode" => "INTERCEPTION_MODE",
        "ClusterID" => "CLUSTER_ID",
        _ => null,
    };

    private static JsonElement Labels(IReadOnlyList<string> given, string podLabels)
    {
        SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach ((string key, string value) in Pairs(podLabels.Split('\n'), '='))
        {
            labels[key] = value.Trim('"');
        }
        foreach ((string key, string value) in given.Count > 0 ? Pairs(given, ':') : [("istio", "ingressgateway")])
        {
            labels[key] = value;
        }

        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            foreach ((string key, string value) in labels)
            {
                writer.WriteString(key, value);
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(json.ToArray());
    }

    private static IEnumerable<(string Key, string Value)> Pairs(IEnumerable<string> items, char separator) =>
        from item in items
        let at = item.IndexOf(separator, StringComparison.Ordinal)
        where at > 0
        select (item[..at].Trim(), item[(at + 1)..].Trim());

    private static JsonElement Json(string value) =>
        JsonElement.Parse($"\"{JsonEncodedText.Encode(value)}\"");

    private static string Text(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? "" : "";

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty(name, out JsonElement member)
            ? member
            : null;

    private static string FirstGiven(params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
        {
            if (value.Length > 0)
            {
                return value;
            }
        }
        return "";
    }
}
