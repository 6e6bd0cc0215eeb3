namespace Mosn.Proxy.Config;

/// <summary>The dubbo_stream stream filter: routes Dubbo calls by virtual hosts, and counts them by service and method.</summary>
public sealed record DubboStreamFilterConfig : TypedFilterConfig, IConfigRecord<DubboStreamFilterConfig>
{
    /// <summary>The label of this pod whose value the counters get as their label <c>subset</c>; empty: none.</summary>
    public string Subset { get; init; } = "";

    /// <summary>Methods that are counted by themselves; calls of further ones are counted together.</summary>
    public int MethodsMax { get; init; } = 500;

    static DubboStreamFilterConfig IConfigRecord<DubboStreamFilterConfig>.Bind(
        ConfigBinder binder, DubboStreamFilterConfig value) =>
        value with
        {
            Subset = binder.String(
                "subset", value.Subset,
                "The label of this pod, as in /etc/istio/pod/labels, whose value the counters get as their label subset."),
            MethodsMax = binder.Int(
                "max_methods", value.MethodsMax,
                "Methods that are counted by themselves; calls of further ones are counted together.",
                Field.Range(1, 100_000)),
        };
}
