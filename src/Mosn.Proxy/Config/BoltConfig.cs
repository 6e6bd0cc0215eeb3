namespace Mosn.Proxy.Config;

/// <summary>Settings of Bolt on a listener.</summary>
public sealed record BoltConfig : IConfigRecord<BoltConfig>
{
    /// <summary>Send a go-away frame on shutdown.</summary>
    public bool EnableGoAway { get; init; }

    static BoltConfig IConfigRecord<BoltConfig>.Bind(ConfigBinder binder, BoltConfig value)
    {
        value = value with
        {
            EnableGoAway = binder.Bool(
                "enable_bolt_goaway", value.EnableGoAway,
                "Send a go-away frame on shutdown.", Field.Needs(ConfigFeature.XProtocols)),
        };
        return value;
    }
}
