namespace Mosn.Proxy.Config;

/// <summary>The fault stream filter: delays requests, or answers them in place of the upstream.</summary>
public sealed record FaultFilterConfig : TypedFilterConfig, IConfigRecord<FaultFilterConfig>
{
    /// <summary>The longest delay that may be configured.</summary>
    internal static readonly TimeSpan DelayMax = TimeSpan.FromHours(1);

    /// <summary>Requests of a hundred that are delayed.</summary>
    public double DelayPercentage { get; init; }

    /// <summary>The delay.</summary>
    public TimeSpan FixedDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Requests of a hundred that are answered here.</summary>
    public double AbortPercentage { get; init; }

    /// <summary>Status of that answer.</summary>
    public int AbortStatus { get; init; } = 500;

    /// <summary>grpc-status of that answer to a gRPC call. 0: the one that the status stands for.</summary>
    public int AbortGrpcStatus { get; init; }

    /// <summary>Only requests whose route goes to this cluster. Empty: all.</summary>
    public string UpstreamCluster { get; init; } = "";

    /// <summary>Only requests that fulfil all of these conditions.</summary>
    public IReadOnlyList<HeaderMatcherConfig> Headers { get; init; } = [];

    static FaultFilterConfig IConfigRecord<FaultFilterConfig>.Bind(ConfigBinder binder, FaultFilterConfig value)
    {
        const string Percentage = "Requests of a hundred; a fraction is allowed.";
        ConfigBinder delay = binder.Open("delay", "Delays requests.");
        value = value with
        {
            DelayPercentage = delay.Double("percentage", value.DelayPercentage, Percentage, Field.Range(0, 100)),
            FixedDelay = delay.Duration("fixed_delay", value.FixedDelay, "The delay; 1h at most."),
        };
        delay.Close();
        ConfigBinder abort = binder.Open("abort", "Answers requests in place of the upstream.");
        value = value with
        {
            AbortPercentage = abort.Double("percentage", value.AbortPercentage, Percentage, Field.Range(0, 100)),
            AbortStatus = abort.Int(
                "status", value.AbortStatus, "Status of the answer.", Field.Range(200, 599).AndZeroMeansDefault()),
            AbortGrpcStatus = abort.Int(
                "grpc_status", value.AbortGrpcStatus,
                "grpc-status of the answer to a gRPC call. 0: the one that the status stands for.", Field.Range(0, 16)),
        };
        abort.Close();
        return value with
        {
            UpstreamCluster = binder.String(
                "upstream_cluster", value.UpstreamCluster,
                "Only requests whose route goes to this cluster. Empty: all."),
            Headers = binder.List(
                "headers", value.Headers, "Only requests that fulfil all of these conditions."),
        };
    }
}
