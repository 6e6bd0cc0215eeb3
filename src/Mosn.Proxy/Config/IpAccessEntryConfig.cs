namespace Mosn.Proxy.Config;

/// <summary>Addresses that are let in or refused.</summary>
public sealed record IpAccessEntryConfig : IConfigRecord<IpAccessEntryConfig>
{
    /// <summary>What becomes of their requests.</summary>
    public FilterAction Action { get; init; } = FilterAction.Allow;

    /// <summary>Addresses and ranges such as 10.0.0.0/8 or fd00::/8.</summary>
    public IReadOnlyList<string> Addrs { get; init; } = [];

    static IpAccessEntryConfig IConfigRecord<IpAccessEntryConfig>.Bind(
        ConfigBinder binder, IpAccessEntryConfig value) => value with
        {
            Action = binder.Enum(
                "action", value.Action, ConfigNames.FilterAction, "What becomes of their requests."),
            Addrs = binder.Strings(
                "addrs", value.Addrs, "Addresses and ranges such as 10.0.0.0/8 or fd00::/8.", Field.Required),
        };
}
