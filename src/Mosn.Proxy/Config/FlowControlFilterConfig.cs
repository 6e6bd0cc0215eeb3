namespace Mosn.Proxy.Config;

/// <summary>The flowControlFilter stream filter: requests of a resource in a time, by rules in Sentinel's form.</summary>
public sealed record FlowControlFilterConfig : TypedFilterConfig, IConfigRecord<FlowControlFilterConfig>
{
    /// <summary>Whether rules apply at all.</summary>
    public bool GlobalSwitch { get; init; }

    /// <summary>What names the resource of a request.</summary>
    public FlowControlKey LimitKeyType { get; init; } = FlowControlKey.Path;

    /// <summary>Status of a refusal.</summary>
    public int Status { get; init; } = 509;

    /// <summary>Body of a refusal.</summary>
    public string Body { get; init; } = "current request is limited";

    /// <summary>Rules; all those of a request's resource must let it pass.</summary>
    public IReadOnlyList<FlowRuleConfig> Rules { get; init; } = [];

    /// <summary>Name of callbacks in the code; there are none here.</summary>
    public string CallbackName { get; init; } = "";

    /// <summary>Where further rules come from; not built.</summary>
    public ConfigNode? DynamicDataResources { get; init; }

    static FlowControlFilterConfig IConfigRecord<FlowControlFilterConfig>.Bind(
        ConfigBinder binder, FlowControlFilterConfig value)
    {
        binder.Ignored("app_name", "It names the statistics of a library that is not used here.");
        binder.Ignored("log_path", "There is no log of its own; metrics count.");
        binder.Ignored("monitor", "It has no effect in MOSN either.");
        binder.Ignored("direction", "It is for callbacks only.");
        value = value with
        {
            GlobalSwitch = binder.Bool("global_switch", value.GlobalSwitch, "Whether rules apply at all."),
            LimitKeyType = binder.Enum(
                "limit_key_type", value.LimitKeyType, ConfigNames.FlowControlKey, "What names the resource of a request."),
            CallbackName = binder.String("callback_name", value.CallbackName, "Name of callbacks in the code."),
            DynamicDataResources = binder.Raw(
                "dynamic_data_resources", value.DynamicDataResources, "Where further rules come from."),
            Rules = binder.List(
                "rules", value.Rules, "Rules; all those of a request's resource must let it pass."),
        };
        ConfigBinder action = binder.Open("action", "The refusal.");
        value = value with
        {
            Status = action.Int("status", value.Status, "Status of a refusal.", Field.Range(200, 599)),
            Body = action.String("body", value.Body, "Body of a refusal."),
        };
        action.Close();
        return value;
    }
}

/// <summary>What names the resource that a flow rule is for.</summary>
public enum FlowControlKey
{
    /// <summary>The path, decoded.</summary>
    Path,

    /// <summary>The query.</summary>
    Arg,

    /// <summary>Path and query as they came.</summary>
    Uri,
}
