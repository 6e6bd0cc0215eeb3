namespace Mosn.Proxy.Config;

/// <summary>What a health check does on its connection, by the kind of check.</summary>
public sealed record CheckConfig : IConfigRecord<CheckConfig>
{
    /// <summary>One HTTP/1.1 request.</summary>
    public HttpCheckConfig? Http { get; init; }

    /// <summary>Bytes to send and to expect.</summary>
    public TcpCheckConfig? Tcp { get; init; }

    static CheckConfig IConfigRecord<CheckConfig>.Bind(ConfigBinder binder, CheckConfig value)
    {
        value = value with
        {
            Http = binder.Object("http_check_config", value.Http, "Protocol Http1: the request and what it must bring."),
            Tcp = binder.Object("tcp_check_config", value.Tcp, "Other protocols: bytes to send and to expect."),
        };
        return value;
    }
}
