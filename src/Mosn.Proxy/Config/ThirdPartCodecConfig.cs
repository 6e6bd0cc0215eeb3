namespace Mosn.Proxy.Config;

/// <summary>One codec loaded at run time.</summary>
public sealed record ThirdPartCodecConfig : IConfigRecord<ThirdPartCodecConfig>
{
    /// <summary>false: the entry is skipped.</summary>
    public bool Enable { get; init; }

    /// <summary>How the codec is loaded.</summary>
    public CodecPluginType Type { get; init; } = CodecPluginType.GoPlugin;

    /// <summary>File to load.</summary>
    public string Path { get; init; } = "";

    /// <summary>Function that makes the codec.</summary>
    public string LoaderFuncName { get; init; } = "LoadCodec";

    /// <summary>Handed to the codec as it stands.</summary>
    public ConfigNode? Config { get; init; }

    static ThirdPartCodecConfig IConfigRecord<ThirdPartCodecConfig>.Bind(
        ConfigBinder binder, ThirdPartCodecConfig value)
    {
        value = value with
        {
            Enable = binder.Bool("enable", value.Enable, "false: the entry is skipped."),
            Type = binder.Enum("type", value.Type, ConfigNames.CodecPluginType, "How the codec is loaded."),
            Path = binder.String("path", value.Path, "File to load."),
            LoaderFuncName = binder.String("loader_func_name", value.LoaderFuncName, "Function that makes the codec."),
            Config = binder.Raw("config", value.Config, "Handed to the codec as it stands."),
        };
        return value;
    }
}

/// <summary>How a codec is loaded.</summary>
public enum CodecPluginType
{
    GoPlugin,
    Wasm,
}
