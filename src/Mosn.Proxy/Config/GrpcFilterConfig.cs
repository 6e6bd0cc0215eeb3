namespace Mosn.Proxy.Config;

/// <summary>The grpc network filter: a gRPC server inside the proxy.</summary>
public sealed record GrpcFilterConfig : TypedFilterConfig, IConfigRecord<GrpcFilterConfig>
{
    /// <summary>Name of the registered server.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Handed to the server as it stands.</summary>
    public ConfigNode? ServerConfig { get; init; }

    /// <summary>Time for calls to end on shutdown. 0 stands for 30s.</summary>
    public TimeSpan GracefulStopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    static GrpcFilterConfig IConfigRecord<GrpcFilterConfig>.Bind(ConfigBinder binder, GrpcFilterConfig value)
    {
        value = value with
        {
            ServerName = binder.String(
                "server_name", value.ServerName,
                "Name of the registered server.", Field.Required),
            ServerConfig = binder.Raw("grpc_config", value.ServerConfig, "Handed to the server as it stands."),
            GracefulStopTimeout = binder.Duration(
                "graceful_stop_timeout", value.GracefulStopTimeout,
                "Time for calls to end on shutdown. 0 stands for 30s.", Field.ZeroMeansDefault),
        };
        return value;
    }
}
