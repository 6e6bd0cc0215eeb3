using System.Globalization;

namespace Mosn.Proxy.Config;

/// <summary>
/// What one field alone cannot tell: names that clash, references that lead nowhere, values that need each other.
/// </summary>
internal sealed partial class ConfigValidator(ConfigReadContext context, ConfigNode root)
{
    private readonly HashSet<string> _clusters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _routers = new(StringComparer.Ordinal);

    // With a control plane, names that the file lacks may still arrive.
    private bool _isDynamic;

    public void Validate(MosnConfig config)
    {
        _isDynamic = config.DynamicResources is not null && config.StaticResources is not null;
        CheckServers(config);
        CheckClusters(config.ClusterManager);
        foreach (ServerConfig server in config.Servers)
        {
            CheckRouterNames(server);
            foreach (RouterConfig router in server.Routers)
            {
                CheckRouter(router);
            }
            CheckListeners(server);
        }
        CheckExtensions(config);
    }

    private void CheckServers(MosnConfig config)
    {
        if (config.Servers.Count == 0 && !_isDynamic && root.Kind == ConfigNodeKind.Object)
        {
            context.Problems.Error(
                root.Find("servers") ?? root, "no server", expected: "exactly one server in 'servers'");
        }
        for (int i = 1; i < config.Servers.Count; i++)
        {
            Error(config.Servers[i], "", "a second server", expected: "exactly one server");
        }
    }

    private void CheckExtensions(MosnConfig config)
    {
        foreach (ExtendConfig extension in config.Extends)
        {
            if (FilterKinds.Extensions.Contains(extension.Type))
            {
                Warning(extension, "type", $"not supported yet: extension {extension.Type}");
            }
            else if (extension.Type.Length > 0)
            {
                Warning(
                    extension, "type", "unknown extension; it is passed over", $"\"{extension.Type}\"",
                    string.Join(", ", FilterKinds.Extensions),
                    NearestMatch.Of(extension.Type, FilterKinds.Extensions));
            }
        }
        if (config.Tracing is { Enable: true, Driver.Length: > 0 } tracing
            && !FilterKinds.TracingDrivers.Contains(tracing.Driver))
        {
            Warning(
                tracing, "driver", "unknown tracing driver", $"\"{tracing.Driver}\"",
                string.Join(", ", FilterKinds.TracingDrivers),
                NearestMatch.Of(tracing.Driver, FilterKinds.TracingDrivers));
        }
        foreach (FilterConfig sink in config.Metrics?.Sinks ?? [])
        {
            if (sink.Typed is PrometheusSinkConfig prometheus)
            {
                CheckPrometheus(prometheus);
            }
        }
        if (config.Metrics is { } metrics && (metrics.SharedMemoryZone.Length == 0) != (metrics.SharedMemorySize == 0))
        {
            Warning(metrics, "", "'shm_zone' and 'shm_size' need each other; metrics stay in this process");
        }
    }

    private void CheckPrometheus(PrometheusSinkConfig sink)
    {
        if (sink.Port == 0)
        {
            Error(sink, "port", "the prometheus sink needs a port", expected: "a port from 1 to 65535");
        }
        if (!sink.Endpoint.StartsWith('/'))
        {
            Error(sink, "endpoint", "a path begins with '/'", $"\"{sink.Endpoint}\"", null, $"/{sink.Endpoint}");
        }
        if (sink.ExportUrl.Length > 0)
        {
            Error(sink, "export_url", "metrics can be scraped, not pushed");
        }
        foreach (int percentile in sink.Percentiles.Where(static p => p > 100))
        {
            Error(
                sink, "percentiles", "a percentile above 100", percentile.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Error(
        object record, string field, string message, string? found = null, string? expected = null,
        string? suggestion = null) =>
        context.Problems.Error(PlaceOf(record, field), message, found, expected, suggestion);

    private void Warning(
        object record, string field, string message, string? found = null, string? expected = null,
        string? suggestion = null) =>
        context.Problems.Warning(PlaceOf(record, field), message, found, expected, suggestion);

    /// <summary>The field's value ("a.b" for a field in an object within); if it is absent, what it would stand in.</summary>
    private ConfigNode PlaceOf(object record, string field)
    {
        ConfigNode place = context.OriginOf(record) ?? root;
        foreach (string part in field.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (place.Find(part) is not { } inner)
            {
                break;
            }
            place = inner;
        }
        return place;
    }

    /// <summary>Reports names that occur again; says where the first one stands.</summary>
    private void CheckUnique<T>(IEnumerable<T> records, Func<T, string> nameOf, string field, string what)
        where T : class
    {
        Dictionary<string, T> first = new(StringComparer.Ordinal);
        foreach (T record in records)
        {
            string name = nameOf(record);
            if (name.Length > 0 && !first.TryAdd(name, record))
            {
                ConfigNode place = PlaceOf(first[name], field);
                Error(
                    record, field,
                    $"a second {what} '{name}'; the first is at {place.Source.File}:{place.Line}");
            }
        }
    }
}
