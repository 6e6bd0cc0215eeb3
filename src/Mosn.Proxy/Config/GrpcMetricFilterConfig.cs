namespace Mosn.Proxy.Config;

/// <summary>The grpc_metric stream filter: counts gRPC calls by their method.</summary>
public sealed record GrpcMetricFilterConfig : TypedFilterConfig, IConfigRecord<GrpcMetricFilterConfig>
{
    /// <summary>Methods that are counted by themselves; calls of further ones are counted together.</summary>
    public int MethodsMax { get; init; } = 500;

    static GrpcMetricFilterConfig IConfigRecord<GrpcMetricFilterConfig>.Bind(
        ConfigBinder binder, GrpcMetricFilterConfig value) =>
        value with
        {
            MethodsMax = binder.Int(
                "max_methods", value.MethodsMax,
                "Methods that are counted by themselves; calls of further ones are counted together.",
                Field.Range(1, 100_000)),
        };
}
