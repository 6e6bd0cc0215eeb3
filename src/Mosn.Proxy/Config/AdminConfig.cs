namespace Mosn.Proxy.Config;

/// <summary>Where the admin API listens.</summary>
public sealed record AdminConfig : IConfigRecord<AdminConfig>
{
    /// <summary>IP address or host name. Empty: the loopback address.</summary>
    public string Address { get; init; } = "";

    /// <summary>TCP port. 0: any free port.</summary>
    public int Port { get; init; }

    static AdminConfig IConfigRecord<AdminConfig>.Bind(ConfigBinder binder, AdminConfig value)
    {
        ConfigBinder address = binder.Open("address", "Holder of socket_address.");
        ConfigBinder socketAddress = address.Open("socket_address", "Address and port of the admin API.");
        value = value with
        {
            Address = socketAddress.String(
                "address", value.Address,
                "IP address or host name. Empty: the loopback address."),
            Port = socketAddress.Int("port_value", value.Port, "TCP port. 0: any free port.", Field.Range(0, 65535)),
        };
        socketAddress.Close();
        address.Close();
        return value;
    }
}
