namespace Mosn.Proxy.Config;

/// <summary>A flow rule in Sentinel's form: so many requests of a resource in a time.</summary>
public sealed record FlowRuleConfig : IConfigRecord<FlowRuleConfig>
{
    /// <summary>Bytes that the name of a resource may have.</summary>
    internal const int ResourceBytesMax = 512;

    /// <summary>Name of the resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Requests in the interval.</summary>
    public double Threshold { get; init; }

    /// <summary>Milliseconds.</summary>
    public int StatIntervalMs { get; init; } = 1000;

    /// <summary>0: the threshold as it is; others are not built.</summary>
    public int TokenCalculateStrategy { get; init; }

    /// <summary>0: refuse; others are not built.</summary>
    public int ControlBehavior { get; init; }

    /// <summary>0: the resource itself; others are not built.</summary>
    public int RelationStrategy { get; init; }

    static FlowRuleConfig IConfigRecord<FlowRuleConfig>.Bind(ConfigBinder binder, FlowRuleConfig value)
    {
        foreach (string name in (string[])["id", "refResource", "maxQueueingTimeMs", "warmUpPeriodSec", "warmUpColdFactor"])
        {
            binder.Ignored(name, "It belongs to behaviours that are not built.");
        }
        return value with
        {
            Resource = binder.String("resource", value.Resource, "Name of the resource.", Field.Required),
            Threshold = binder.Double(
                "threshold", value.Threshold, "Requests in the interval.", Field.Range(0, 1_000_000_000)),
            StatIntervalMs = binder.Int(
                "statIntervalInMs", value.StatIntervalMs, "Milliseconds.",
                Field.Range(0, 86_400_000).AndZeroMeansDefault()),
            TokenCalculateStrategy = binder.Int(
                "tokenCalculateStrategy", value.TokenCalculateStrategy, "0: the threshold as it is."),
            ControlBehavior = binder.Int("controlBehavior", value.ControlBehavior, "0: refuse."),
            RelationStrategy = binder.Int("relationStrategy", value.RelationStrategy, "0: the resource itself."),
        };
    }
}
