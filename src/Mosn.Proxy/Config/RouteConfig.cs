namespace Mosn.Proxy.Config;

/// <summary>One route: what it matches, and one of an action, a redirect or a direct response.</summary>
public sealed record RouteConfig : IConfigRecord<RouteConfig>
{
    /// <summary>Name of the route, for logs and for changes to this route alone.</summary>
    public string Name { get; init; } = "";

    /// <summary>What requests the route takes.</summary>
    public RouteMatchConfig Match { get; init; } = new();

    /// <summary>Send the request to a cluster.</summary>
    public RouteActionConfig? Action { get; init; }

    /// <summary>Answer with a redirect.</summary>
    public RedirectConfig? Redirect { get; init; }

    /// <summary>Answer at once; wins over redirect and route.</summary>
    public DirectResponseConfig? DirectResponse { get; init; }

    /// <summary>Labels of the route.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Settings of stream filters for this route.</summary>
    public IReadOnlyDictionary<string, FilterConfig> PerFilterConfig { get; init; } = ConfigDefaults.NoFilters;

    /// <summary>Send copies of requests to another cluster.</summary>
    public MirrorConfig? Mirror { get; init; }

    static RouteConfig IConfigRecord<RouteConfig>.Bind(ConfigBinder binder, RouteConfig value)
    {
        value = value with
        {
            Name = binder.String(
                "name", value.Name,
                "Name of the route, for logs and for changes to this route alone."),
            Match = binder.Child("match", value.Match, "What requests the route takes."),
            Action = binder.Object("route", value.Action, "Send the request to a cluster."),
            Redirect = binder.Object("redirect", value.Redirect, "Answer with a redirect."),
            DirectResponse = binder.Object(
                "direct_response", value.DirectResponse,
                "Answer at once; wins over redirect and route."),
            Metadata = binder.Metadata("metadata", value.Metadata, "Labels of the route."),
            PerFilterConfig = binder.FilterMap(
                "per_filter_config", value.PerFilterConfig, FilterKinds.Stream,
                "Settings of stream filters for this route."),
            Mirror = binder.Object(
                "request_mirror_policies", value.Mirror,
                "Send copies of requests to another cluster.", Field.Needs(ConfigFeature.Mirroring)),
        };
        return value;
    }
}
