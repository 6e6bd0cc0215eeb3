namespace Mosn.Proxy.Config;

/// <summary>Tracing.</summary>
public sealed record TracingConfig : IConfigRecord<TracingConfig>
{
    /// <summary>Trace requests.</summary>
    public bool Enable { get; init; }

    /// <summary>Name of the driver.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Handed to the driver as it stands.</summary>
    public ConfigNode? Config { get; init; }

    static TracingConfig IConfigRecord<TracingConfig>.Bind(ConfigBinder binder, TracingConfig value)
    {
        value = value with
        {
            Enable = binder.Bool("enable", value.Enable, "Trace requests."),
            Driver = binder.String("driver", value.Driver, "Name of the driver."),
            Config = binder.Raw("config", value.Config, "Handed to the driver as it stands."),
        };
        binder.Ignored("tracer", "It has no effect in MOSN either.");
        return value;
    }
}
