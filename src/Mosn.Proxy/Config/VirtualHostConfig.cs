namespace Mosn.Proxy.Config;

/// <summary>Routes for some domains.</summary>
public sealed record VirtualHostConfig : IConfigRecord<VirtualHostConfig>
{
    /// <summary>Name of the virtual host.</summary>
    public string Name { get; init; } = "";

    /// <summary>Host names: exact, *suffix or *, each with an optional :port or :*.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Routes; the first that matches is taken.</summary>
    public IReadOnlyList<RouteConfig> Routes { get; init; } = [];

    /// <summary>Settings of stream filters for this virtual host.</summary>
    public IReadOnlyDictionary<string, FilterConfig> PerFilterConfig { get; init; } = ConfigDefaults.NoFilters;

    /// <summary>Headers set on a request before it goes upstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> RequestHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a request.</summary>
    public IReadOnlyList<string> RequestHeadersToRemove { get; init; } = [];

    /// <summary>Headers set on a response before it goes downstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> ResponseHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a response.</summary>
    public IReadOnlyList<string> ResponseHeadersToRemove { get; init; } = [];

    static VirtualHostConfig IConfigRecord<VirtualHostConfig>.Bind(ConfigBinder binder, VirtualHostConfig value)
    {
        value = value with
        {
            Name = binder.String("name", value.Name, "Name of the virtual host."),
            Domains = binder.Strings(
                "domains", value.Domains,
                "Host names: exact, *suffix or *, each with an optional :port or :*."),
            Routes = binder.List("routers", value.Routes, "Routes; the first that matches is taken."),
        };
        binder.Ignored("require_tls", "It has no effect in MOSN either.");
        value = value with
        {
            PerFilterConfig = binder.FilterMap(
                "per_filter_config", value.PerFilterConfig, FilterKinds.Stream,
                "Settings of stream filters for this virtual host."),
            RequestHeadersToAdd = binder.List(
                "request_headers_to_add", value.RequestHeadersToAdd,
                "Headers set on a request before it goes upstream."),
            RequestHeadersToRemove = binder.Strings(
                "request_headers_to_remove", value.RequestHeadersToRemove,
                "Names of headers taken off a request."),
            ResponseHeadersToAdd = binder.List(
                "response_headers_to_add", value.ResponseHeadersToAdd,
                "Headers set on a response before it goes downstream."),
            ResponseHeadersToRemove = binder.Strings(
                "response_headers_to_remove", value.ResponseHeadersToRemove,
                "Names of headers taken off a response."),
        };
        return value;
    }
}
