namespace Mosn.Proxy.Config;

/// <summary>Name servers of a cluster.</summary>
public sealed record DnsResolversConfig : IConfigRecord<DnsResolversConfig>
{
    /// <summary>Addresses, tried in this order.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    /// <summary>Suffixes that are tried.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>Port of the servers.</summary>
    public string Port { get; init; } = "53";

    /// <summary>Dots a name needs before it is tried as it stands.</summary>
    public int Ndots { get; init; }

    /// <summary>Seconds for one answer. 0 stands for 5.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>Tries at each server. 0 stands for 2.</summary>
    public int Attempts { get; init; }

    static DnsResolversConfig IConfigRecord<DnsResolversConfig>.Bind(
        ConfigBinder binder, DnsResolversConfig value)
    {
        value = value with
        {
            Servers = binder.Strings("servers", value.Servers, "Addresses, tried in this order."),
            Search = binder.Strings("search", value.Search, "Suffixes that are tried."),
            Port = binder.String("port", value.Port, "Port of the servers."),
            Ndots = binder.Int(
                "ndots", value.Ndots,
                "Dots a name needs before it is tried as it stands.", Field.Range(0, 15)),
            TimeoutSeconds = binder.Int(
                "timeout", value.TimeoutSeconds,
                "Seconds for one answer. 0 stands for 5.", Field.Range(0, 3600)),
            Attempts = binder.Int("attempts", value.Attempts, "Tries at each server. 0 stands for 2.", Field.Range(0, 100)),
        };
        return value;
    }
}
