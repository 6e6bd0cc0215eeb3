namespace Mosn.Proxy.Config;

/// <summary>Settings of helper processes.</summary>
public sealed record PluginConfig : IConfigRecord<PluginConfig>
{
    /// <summary>Directory for their logs. Empty: the log directory.</summary>
    public string LogBase { get; init; } = "";

    static PluginConfig IConfigRecord<PluginConfig>.Bind(ConfigBinder binder, PluginConfig value)
    {
        value = value with
        {
            LogBase = binder.String("log_base", value.LogBase, "Directory for their logs. Empty: the log directory."),
        };
        return value;
    }
}
