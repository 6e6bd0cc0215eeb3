namespace Mosn.Proxy.Config;

/// <summary>The profiling endpoint.</summary>
public sealed record PprofConfig : IConfigRecord<PprofConfig>
{
    /// <summary>Start the endpoint.</summary>
    public bool Debug { get; init; }

    /// <summary>TCP port.</summary>
    public int Port { get; init; } = 9090;

    /// <summary>IP address to listen on.</summary>
    public string Endpoint { get; init; } = "0.0.0.0";

    static PprofConfig IConfigRecord<PprofConfig>.Bind(ConfigBinder binder, PprofConfig value)
    {
        value = value with
        {
            Debug = binder.Bool("debug", value.Debug, "Start the endpoint."),
            Port = binder.Int("port_value", value.Port, "TCP port.", Field.Range(0, 65535)),
            Endpoint = binder.String("endpoint", value.Endpoint, "IP address to listen on."),
        };
        return value;
    }
}
