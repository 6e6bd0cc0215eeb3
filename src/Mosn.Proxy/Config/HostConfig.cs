namespace Mosn.Proxy.Config;

/// <summary>One upstream host.</summary>
public sealed record HostConfig : IConfigRecord<HostConfig>
{
    /// <summary>IP and port, unix: and a path, or a host name and port.</summary>
    public NetworkAddress? Address { get; init; }

    /// <summary>Name of the host, for logs and host rewrite.</summary>
    public string HostName { get; init; } = "";

    /// <summary>Share of the traffic, 1..128; a value outside is moved to the nearest.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Labels that subsets and routes choose by.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = ConfigDefaults.NoStrings;

    /// <summary>Zone that the host is in. Empty: its label <c>zone</c>.</summary>
    public string Zone { get; init; } = "";

    /// <summary>Never speak TLS to this host.</summary>
    public bool TlsDisable { get; init; }

    static HostConfig IConfigRecord<HostConfig>.Bind(ConfigBinder binder, HostConfig value)
    {
        value = value with
        {
            Address = binder.Address(
                "address", value.Address,
                "IP and port, unix: and a path, or a host name and port.", Field.Required),
            HostName = binder.String("hostname", value.HostName, "Name of the host, for logs and host rewrite."),
            Weight = binder.Weight(
                "weight", value.Weight,
                "Share of the traffic, 1..128; a value outside is moved to the nearest."),
            Metadata = binder.Metadata("metadata", value.Metadata, "Labels that subsets and routes choose by."),
            Zone = binder.String("zone", value.Zone, "Zone that the host is in. Empty: its label zone."),
            TlsDisable = binder.Bool("tls_disable", value.TlsDisable, "Never speak TLS to this host."),
        };
        return value;
    }
}
