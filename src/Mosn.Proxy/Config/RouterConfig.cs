namespace Mosn.Proxy.Config;

/// <summary>A named router configuration: virtual hosts, and headers for all of them.</summary>
public sealed record RouterConfig : IConfigRecord<RouterConfig>
{
    /// <summary>Name that proxy filters refer to.</summary>
    public string Name { get; init; } = "";

    /// <summary>Directory with one virtual host in each .json file; not together with virtual_hosts.</summary>
    public string VirtualHostsDirectory { get; init; } = "";

    /// <summary>Virtual hosts.</summary>
    public IReadOnlyList<VirtualHostConfig> VirtualHosts { get; init; } = [];

    /// <summary>Headers set on a request before it goes upstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> RequestHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a request.</summary>
    public IReadOnlyList<string> RequestHeadersToRemove { get; init; } = [];

    /// <summary>Headers set on a response before it goes downstream.</summary>
    public IReadOnlyList<HeaderOptionConfig> ResponseHeadersToAdd { get; init; } = [];

    /// <summary>Names of headers taken off a response.</summary>
    public IReadOnlyList<string> ResponseHeadersToRemove { get; init; } = [];

    static RouterConfig IConfigRecord<RouterConfig>.Bind(ConfigBinder binder, RouterConfig value)
    {
        value = value with
        {
            Name = binder.String(
                "router_config_name", value.Name,
                "Name that proxy filters refer to.", Field.Required),
            VirtualHostsDirectory = binder.Directory(
                "router_configs", value.VirtualHostsDirectory,
                "Directory with one virtual host in each .json file; not together with virtual_hosts."),
            VirtualHosts = binder.ListOrDirectory(
                "virtual_hosts", value.VirtualHosts, "router_configs",
                "Virtual hosts."),
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
