namespace Mosn.Proxy.Config;

/// <summary>The proxy network filter: decodes requests and routes them.</summary>
public sealed record ProxyFilterConfig : TypedFilterConfig, IConfigRecord<ProxyFilterConfig>
{
    /// <summary>Stands for every protocol that this binary knows.</summary>
    public const string Auto = "Auto";

    /// <summary>For information.</summary>
    public string Name { get; init; } = "";

    /// <summary>A protocol, several joined by commas, or Auto.</summary>
    public string DownstreamProtocol { get; init; } = "";

    /// <summary>Hand a connection of no known protocol to the next filter.</summary>
    public bool FallbackForUnknownProtocol { get; init; }

    /// <summary>Time from a connection's first byte to the one that tells its protocol. 0 stands for 15s.</summary>
    public TimeSpan DetectionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Name of the router configuration.</summary>
    public string RouterConfigName { get; init; } = "";

    /// <summary>Name of the route handler. Empty: the default.</summary>
    public string RouterHandlerName { get; init; } = "";

    /// <summary>Settings of protocols, keyed by protocol name.</summary>
    public ProtocolSettingsConfig Protocols { get; init; } = new();

    /// <summary>The protocols that a connection may speak, or only <see cref="Auto"/>.</summary>
    public IReadOnlyList<string> ProtocolNames
    {
        get
        {
            string list = DownstreamProtocol == "X" && Protocols.SubProtocol.Length > 0
                ? Protocols.SubProtocol
                : DownstreamProtocol;
            return list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
    }

    static ProxyFilterConfig IConfigRecord<ProxyFilterConfig>.Bind(ConfigBinder binder, ProxyFilterConfig value)
    {
        value = value with
        {
            Name = binder.String("name", value.Name, "For information."),
            DownstreamProtocol = binder.String(
                "downstream_protocol", value.DownstreamProtocol,
                "A protocol, several joined by commas, or Auto.", Field.Required),
        };
        binder.Ignored("upstream_protocol", "The upstream_protocol of a route or the protocol of a cluster is what counts.");
        value = value with
        {
            FallbackForUnknownProtocol = binder.Bool(
                "fallback_for_unknown_protocol", value.FallbackForUnknownProtocol,
                "Hand a connection of no known protocol to the next filter."),
            DetectionTimeout = binder.Duration(
                "detection_timeout", value.DetectionTimeout,
                "Time from a connection's first byte to the one that tells its protocol. 0 stands for 15s.",
                Field.ZeroMeansDefault),
            RouterConfigName = binder.String(
                "router_config_name", value.RouterConfigName,
                "Name of the router configuration."),
            RouterHandlerName = binder.String(
                "router_handler_name", value.RouterHandlerName,
                "Name of the route handler. Empty: the default."),
        };
        binder.Ignored("validate_clusters", "It has no effect in MOSN either.");
        binder.Ignored("concurrency_num", "Streams run on the event loop of their connection.");
        value = value with
        {
            Protocols = binder.Protocols(
                "extend_config", value.Protocols, "downstream_protocol",
                "Settings of protocols, keyed by protocol name."),
        };
        return value;
    }
}
