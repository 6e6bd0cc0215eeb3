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
        WriteDumpRest(json, config);
        json.WritePropertyName("listener");
        WriteDumpListeners(json, config);
        json.WritePropertyName("cluster");
        WriteDumpClusters(json, config);
        json.WritePropertyName("routers");
        WriteDumpRouters(json, config);
        json.WriteStartArray("extends");
        foreach (ExtendConfig extension in config.Extends)
        {
            JsonBinder.Write(json, extension, isRedacted: true);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The section "mosn_config" of a dump: what is not in another section.</summary>
    internal static void WriteDumpRest(Utf8JsonWriter json, MosnConfig config) => Write(json, Stripped(config));

    /// <summary>The section "listener" of a dump.</summary>
    internal static void WriteDumpListeners(Utf8JsonWriter json, MosnConfig config) =>
        WriteByName(json, config.Servers.SelectMany(static s => s.Listeners), NameOf);

    /// <summary>The section "cluster" of a dump.</summary>
    internal static void WriteDumpClusters(Utf8JsonWriter json, MosnConfig config) =>
        WriteByName(json, config.ClusterManager?.Clusters ?? [], static c => c.Name);

    /// <summary>The section "routers" of a dump.</summary>
    internal static void WriteDumpRouters(Utf8JsonWriter json, MosnConfig config) =>
        WriteByName(json, config.Servers.SelectMany(static s => s.Routers), static r => r.Name);

    /// <summary>The name under which a dump has a listener: its address if it has no other.</summary>
    internal static string NameOf(ListenerConfig listener) =>
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
        Utf8JsonWriter json, IEnumerable<T> records, Func<T, string> nameOf)
        where T : class, IConfigRecord<T>, new()
    {
        json.WriteStartObject();
        foreach (T record in records.OrderBy(nameOf, StringComparer.Ordinal))
        {
            json.WritePropertyName(nameOf(record));
            JsonBinder.Write(json, record, isRedacted: true);
        }
        json.WriteEndObject();
    }
}
