namespace Mosn.Proxy.Config;

/// <summary>The dsl stream filter: expressions for their effects, one for each phase of a stream. Empty: none.</summary>
public sealed record DslFilterConfig : TypedFilterConfig, IConfigRecord<DslFilterConfig>
{
    /// <summary>Before the route is looked for.</summary>
    public string BeforeRouter { get; init; } = "";

    /// <summary>When the route is known.</summary>
    public string AfterRouter { get; init; } = "";

    /// <summary>When the host is known.</summary>
    public string AfterBalancer { get; init; } = "";

    /// <summary>Before the response is sent.</summary>
    public string SendFilter { get; init; } = "";

    /// <summary>When the stream has ended.</summary>
    public string LogFilter { get; init; } = "";

    static DslFilterConfig IConfigRecord<DslFilterConfig>.Bind(ConfigBinder binder, DslFilterConfig value)
    {
        binder.Ignored("debug", "It has no effect in MOSN either.");
        return value with
        {
            BeforeRouter = binder.Code(
                "before_router_by_dsl", value.BeforeRouter, ConfigSyntax.Action, "Before the route is looked for."),
            AfterRouter = binder.Code(
                "after_router_by_dsl", value.AfterRouter, ConfigSyntax.Action, "When the route is known."),
            AfterBalancer = binder.Code(
                "after_balancer_by_dsl", value.AfterBalancer, ConfigSyntax.Action, "When the host is known."),
            SendFilter = binder.Code(
                "send_filter_by_dsl", value.SendFilter, ConfigSyntax.Action, "Before the response is sent."),
            LogFilter = binder.Code(
                "log_filter_by_dsl", value.LogFilter, ConfigSyntax.Action, "When the stream has ended."),
        };
    }
}
