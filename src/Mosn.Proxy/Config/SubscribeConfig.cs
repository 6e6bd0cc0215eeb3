namespace Mosn.Proxy.Config;

/// <summary>One subscription of a cluster.</summary>
public sealed record SubscribeConfig : IConfigRecord<SubscribeConfig>
{
    /// <summary>Who subscribes.</summary>
    public string Subscriber { get; init; } = "";

    /// <summary>To which service.</summary>
    public string ServiceName { get; init; } = "";

    static SubscribeConfig IConfigRecord<SubscribeConfig>.Bind(ConfigBinder binder, SubscribeConfig value)
    {
        value = value with
        {
            Subscriber = binder.String("subscriber", value.Subscriber, "Who subscribes."),
            ServiceName = binder.String("service_name", value.ServiceName, "To which service."),
        };
        return value;
    }
}
