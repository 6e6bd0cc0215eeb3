namespace Mosn.Proxy.Config;

/// <summary>Services that a cluster stands for.</summary>
public sealed record ClusterSpecConfig : IConfigRecord<ClusterSpecConfig>
{
    /// <summary>Subscriptions.</summary>
    public IReadOnlyList<SubscribeConfig> Subscribe { get; init; } = [];

    static ClusterSpecConfig IConfigRecord<ClusterSpecConfig>.Bind(ConfigBinder binder, ClusterSpecConfig value)
    {
        value = value with
        {
            Subscribe = binder.List("subscribe", value.Subscribe, "Subscriptions."),
        };
        return value;
    }
}
