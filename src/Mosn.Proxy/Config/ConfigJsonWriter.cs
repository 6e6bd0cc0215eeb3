using System.Text.Json;

namespace Mosn.Proxy.Config;

/// <summary>
/// Writes configurations as JSON that reads back to the same. Pure: touches neither files nor what it writes.
/// Durations are in Go syntax, defaults are left out.
/// </summary>
public static class ConfigJsonWriter
{
    /// <param name="isRedacted">Private keys, and what looks like a secret in filter settings, are taken out.</param>
    public static void Write(Utf8JsonWriter json, MosnConfig config, bool isRedacted = true) =>
        JsonBinder.Write(json, config, isRedacted);

    public static void Write(Utf8JsonWriter json, ListenerConfig config, bool isRedacted = true) =>
        JsonBinder.Write(json, config, isRedacted);

    public static void Write(Utf8JsonWriter json, ClusterConfig config, bool isRedacted = true) =>
        JsonBinder.Write(json, config, isRedacted);

    public static void Write(Utf8JsonWriter json, RouterConfig config, bool isRedacted = true) =>
        JsonBinder.Write(json, config, isRedacted);

    /// <summary>
    /// The shape of MOSN's config_dump: "mosn_config" without listeners, routers, clusters and extensions, then these
    /// by name ("listener", "cluster", "routers") and "extends" in order.
    /// </summary>
    public static void WriteDump(Utf8JsonWriter json, MosnConfig config)
    {
        json.WriteStartObject();
        json.WritePropertyName("mosn_config");
        Write(json, Stripped(config));
        WriteByName(json, "listener", config.Servers.SelectMany(static s => s.Listeners), NameOf);
        WriteByName(json, "cluster", config.ClusterManager?.Clusters ?? [], static c => c.Name);
        WriteByName(json, "routers", config.Servers.SelectMany(static s => s.Routers), static r => r.Name);
        json.WriteStartArray("extends");
        foreach (ExtendConfig extension in config.Extends)
        {
            JsonBinder.Write(json, extension, isRedacted: true);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string NameOf(ListenerConfig listener) =>
        listener.Name.Length > 0 ? listener.Name : listener.Address?.ToString() ?? "";

    private static MosnConfig Stripped(MosnConfig config) => config with
    {
        Servers = [.. config.Servers.Select(static s => s with { Listeners = [], Routers = [] })],
        ClusterManager = config.ClusterManager is { } manager
            ? new ClusterManagerConfig { TlsContext = manager.TlsContext }
            : null,
        Extends = [],
    };

    private static void WriteByName<T>(
        Utf8JsonWriter json, string section, IEnumerable<T> records, Func<T, string> nameOf)
        where T : class, IConfigRecord<T>, new()
    {
        json.WriteStartObject(section);
        foreach (T record in records.OrderBy(nameOf, StringComparer.Ordinal))
        {
            json.WritePropertyName(nameOf(record));
            JsonBinder.Write(json, record, isRedacted: true);
        }
        json.WriteEndObject();
    }
}
