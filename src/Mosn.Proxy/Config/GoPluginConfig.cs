namespace Mosn.Proxy.Config;

/// <summary>A filter in a Go shared library. Understood, never loaded.</summary>
public sealed record GoPluginConfig : IConfigRecord<GoPluginConfig>
{
    /// <summary>Shared library.</summary>
    public string SoPath { get; init; } = "";

    /// <summary>Function that makes the filter.</summary>
    public string FactoryMethod { get; init; } = "";

    static GoPluginConfig IConfigRecord<GoPluginConfig>.Bind(ConfigBinder binder, GoPluginConfig value)
    {
        value = value with
        {
            SoPath = binder.String("so_path", value.SoPath, "Shared library."),
            FactoryMethod = binder.String("factory_method", value.FactoryMethod, "Function that makes the filter."),
        };
        return value;
    }
}
