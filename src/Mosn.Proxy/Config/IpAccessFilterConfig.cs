namespace Mosn.Proxy.Config;

/// <summary>The ip_access stream filter: lets requests in or refuses them, by the client's address.</summary>
public sealed record IpAccessFilterConfig : TypedFilterConfig, IConfigRecord<IpAccessFilterConfig>
{
    /// <summary>For addresses that no entry has.</summary>
    public FilterAction DefaultAction { get; init; } = FilterAction.Allow;

    /// <summary>Header that names the client. Empty, or the request lacks it: the peer of the connection.</summary>
    public string Header { get; init; } = "";

    /// <summary>
    /// Proxies in front of this one that append to the header. 0: its whole value is the address, as in MOSN.
    /// </summary>
    public int TrustedHops { get; init; }

    /// <summary>Entries, tried in order.</summary>
    public IReadOnlyList<IpAccessEntryConfig> Ips { get; init; } = [];

    static IpAccessFilterConfig IConfigRecord<IpAccessFilterConfig>.Bind(
        ConfigBinder binder, IpAccessFilterConfig value) => value with
        {
            DefaultAction = binder.Enum(
                "default_action", value.DefaultAction, ConfigNames.FilterAction, "For addresses that no entry has."),
            Header = binder.String(
                "header", value.Header,
                "Header that names the client. Empty, or the request lacks it: the peer of the connection."),
            TrustedHops = binder.Int(
                "trusted_hops", value.TrustedHops,
                "Proxies in front of this one that append to the header. 0: its whole value is the address.",
                Field.Range(0, 32)),
            Ips = binder.List("ips", value.Ips, "Entries, tried in order."),
        };
}

/// <summary>What becomes of a request.</summary>
public enum FilterAction
{
    Allow,
    Deny,
}
