using Mosn.Protocols.Grpc;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Routing;

namespace Mosn.Proxy.Filters;

/// <summary>Faults for some of the requests, as a listener or a route wants them. Immutable.</summary>
internal sealed class FaultSettings(FaultFilterConfig config)
{
    private readonly string _cluster = config.UpstreamCluster;
    private readonly RouteCondition[] _headers = RequestConditions.Compile(config.Headers);

    /// <summary>Of a million requests, those that are delayed.</summary>
    public uint DelayPerMillion { get; } = config.FixedDelay > TimeSpan.Zero
        ? LoopDice.PerMillion(config.DelayPercentage)
        : 0;

    /// <summary>Milliseconds.</summary>
    public long DelayMs { get; } = (long)Math.Ceiling(config.FixedDelay.TotalMilliseconds);

    /// <summary>Of a million requests, those that are answered here.</summary>
    public uint AbortPerMillion { get; } = LoopDice.PerMillion(config.AbortPercentage);

    public int AbortStatus { get; } = config.AbortStatus;

    /// <summary>For gRPC calls; Ok: what the status stands for.</summary>
    public GrpcStatus AbortGrpcStatus { get; } = (GrpcStatus)config.AbortGrpcStatus;

    /// <summary>Whether the request is one of those that faults are for.</summary>
    public bool AppliesTo(FilterContext context) =>
        (_cluster.Length == 0 || GoesTo(_cluster, context))
        && RequestConditions.AllHold(_headers, context.Stream);

    /// <summary>Of a route with several clusters, any: which one it will be is drawn later.</summary>
    private static bool GoesTo(string cluster, FilterContext context) => context.Stream.ClusterName is { } chosen
        ? chosen == cluster
        : context.Route is { Kind: RouteKind.Forward } route && route.Clusters.Contains(context.Stream, cluster);
}
