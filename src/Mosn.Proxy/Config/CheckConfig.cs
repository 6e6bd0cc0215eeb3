namespace Mosn.Proxy.Config;

/// <summary>What a health check does on its connection, by the kind of check.</summary>
public sealed record CheckConfig : IConfigRecord<CheckConfig>
{
    /// <summary>One HTTP request.</summary>
    public HttpCheckConfig? Http { get; init; }

    /// <summary>Bytes to send and to expect.</summary>
    public TcpCheckConfig? Tcp { get; init; }

    /// <summary>The service to ask for.</summary>
    public GrpcCheckConfig? Grpc { get; init; }

    static CheckConfig IConfigRecord<CheckConfig>.Bind(ConfigBinder binder, CheckConfig value)
    {
        value = value with
        {
            Http = binder.Object("http_check_config", value.Http, "Protocols Http1 and Http2: the request and what it must bring."),
            Grpc = binder.Object("grpc_check_config", value.Grpc, "Protocol grpc: the service to ask for."),
            Tcp = binder.Object("tcp_check_config", value.Tcp, "Other protocols: bytes to send and to expect."),
        };
        return value;
    }
}
