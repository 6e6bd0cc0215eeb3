namespace Mosn.Proxy.Config;

/// <summary>The mirror stream filter: makes the copies that a route's mirror policy asks for.</summary>
public sealed record MirrorFilterConfig : TypedFilterConfig, IConfigRecord<MirrorFilterConfig>
{
    /// <summary>Copies of each request; a fraction is cut off, 0 stands for 1.</summary>
    public double Amplification { get; init; } = 1;

    /// <summary>One copy for each healthy host, and 200 for the client in place of the real exchange.</summary>
    public bool Broadcast { get; init; }

    static MirrorFilterConfig IConfigRecord<MirrorFilterConfig>.Bind(ConfigBinder binder, MirrorFilterConfig value) =>
        value with
        {
            Amplification = binder.Double(
                "amplification", value.Amplification,
                "Copies of each request; a fraction is cut off, 0 stands for 1.", Field.Range(0, 64)),
            Broadcast = binder.Bool(
                "broadcast", value.Broadcast,
                "One copy for each healthy host, and 200 for the client in place of the real exchange."),
        };
}
