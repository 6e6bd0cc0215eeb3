using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>How a gRPC call ended.</summary>
internal readonly record struct GrpcCallEnd(int Status, long DurationNs);

/// <summary>Counters of gRPC methods.</summary>
internal sealed class GrpcMethods(MetricRegistry metrics, int methodsMax) : MethodMetrics<GrpcCallEnd>(methodsMax)
{
    public override MetricGroup Others { get; } = metrics.GetOrAdd(GrpcMetrics.Schema, ("service", "other"));

    public override void Count(MetricGroup counters, int loop, in GrpcCallEnd call)
    {
        counters.Add(loop, GrpcMetrics.RequestTotal, 1);
        counters.Add(loop, call.Status == 0 ? GrpcMetrics.ResponseSucceeded : GrpcMetrics.ResponseFailed, 1);
        counters.Add(loop, GrpcMetrics.OfStatus(call.Status), 1);
        counters.Record(loop, GrpcMetrics.DurationTime, call.DurationNs);
        counters.Add(loop, GrpcMetrics.DurationTimeTotal, call.DurationNs);
    }

    protected override MetricGroup GetOrAdd(string method) => metrics.GetOrAdd(GrpcMetrics.Schema, ("service", method));
}
