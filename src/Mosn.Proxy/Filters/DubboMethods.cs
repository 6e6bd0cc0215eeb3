using Mosn.Proxy.Observability;

namespace Mosn.Proxy.Filters;

/// <summary>How a Dubbo call ended.</summary>
/// <param name="HasSucceeded">With status 20.</param>
/// <param name="IsException">The answer is an exception that the service has thrown; its status is 20 all the same.</param>
internal readonly record struct DubboCallEnd(bool HasSucceeded, bool IsException, long DurationNs);

/// <summary>Counters of Dubbo methods of one listener. The name of a method here is its service, a NUL, and the method.</summary>
/// <param name="subset">Value of the label <c>subset</c>; empty: there is no such label.</param>
internal sealed class DubboMethods(MetricRegistry metrics, string listenerName, string subset, int methodsMax)
    : MethodMetrics<DubboCallEnd>(methodsMax)
{
    public override MetricGroup Others { get; } = Group(metrics, listenerName, subset, "other", "other");

    public override void Count(MetricGroup counters, int loop, in DubboCallEnd call)
    {
        counters.Add(loop, DubboMetrics.RequestTotal, 1);
        counters.Add(loop, call.HasSucceeded ? DubboMetrics.ResponseSucceeded : DubboMetrics.ResponseFailed, 1);
        counters.Add(loop, DubboMetrics.ResponseException, call.IsException ? 1 : 0);
        counters.Record(loop, DubboMetrics.DurationTime, call.DurationNs);
        counters.Add(loop, DubboMetrics.DurationTimeTotal, call.DurationNs);
    }

    protected override MetricGroup GetOrAdd(string method)
    {
        int end = method.IndexOf('\0', StringComparison.Ordinal);
        return Group(metrics, listenerName, subset, method[..end], method[(end + 1)..]);
    }

    private static MetricGroup Group(
        MetricRegistry metrics, string listenerName, string subset, string service, string method) => subset.Length == 0
        ? metrics.GetOrAdd(DubboMetrics.Schema, ("listener", listenerName), ("service", service), ("method", method))
        : metrics.GetOrAdd(
            DubboMetrics.Schema, ("listener", listenerName), ("service", service), ("method", method), ("subset", subset));
}
