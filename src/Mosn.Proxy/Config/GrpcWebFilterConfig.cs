namespace Mosn.Proxy.Config;

/// <summary>The grpc_web stream filter: lets pages in browsers call gRPC services.</summary>
public sealed record GrpcWebFilterConfig : TypedFilterConfig, IConfigRecord<GrpcWebFilterConfig>
{
    static GrpcWebFilterConfig IConfigRecord<GrpcWebFilterConfig>.Bind(ConfigBinder binder, GrpcWebFilterConfig value) => value;
}
