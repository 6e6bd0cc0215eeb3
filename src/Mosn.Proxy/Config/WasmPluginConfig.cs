namespace Mosn.Proxy.Config;

/// <summary>A WebAssembly plugin that filters use by name.</summary>
public sealed record WasmPluginConfig : IConfigRecord<WasmPluginConfig>
{
    /// <summary>Name that filters refer to.</summary>
    public string PluginName { get; init; } = "";

    /// <summary>Virtual machines of this plugin. 0: one for each core.</summary>
    public int InstanceNum { get; init; }

    /// <summary>Engine and module.</summary>
    public WasmVmConfig? VmConfig { get; init; }

    static WasmPluginConfig IConfigRecord<WasmPluginConfig>.Bind(ConfigBinder binder, WasmPluginConfig value)
    {
        value = value with
        {
            PluginName = binder.String("plugin_name", value.PluginName, "Name that filters refer to.", Field.Required),
            InstanceNum = binder.Int(
                "instance_num", value.InstanceNum,
                "Virtual machines of this plugin. 0: one for each core."),
            VmConfig = binder.Object("vm_config", value.VmConfig, "Engine and module."),
        };
        return value;
    }
}
