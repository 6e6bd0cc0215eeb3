namespace Mosn.Proxy.Config;

/// <summary>A health check by grpc.health.v1.</summary>
public sealed record GrpcCheckConfig : IConfigRecord<GrpcCheckConfig>
{
    /// <summary>Port to ask in place of the host's. 0: the host's.</summary>
    public int Port { get; init; }

    /// <summary>Service to ask for. Empty: the server as a whole.</summary>
    public string Service { get; init; } = "";

    /// <summary>Value of :authority. Empty: the host's address.</summary>
    public string Authority { get; init; } = "";

    static GrpcCheckConfig IConfigRecord<GrpcCheckConfig>.Bind(ConfigBinder binder, GrpcCheckConfig value) =>
        value with
        {
            Port = binder.Int(
                "port", value.Port, "Port to ask in place of the host's. 0: the host's.", Field.Range(0, 65535)),
            Service = binder.String("service", value.Service, "Service to ask for. Empty: the server as a whole."),
            Authority = binder.String("authority", value.Authority, "Value of :authority. Empty: the host's address."),
        };
}
