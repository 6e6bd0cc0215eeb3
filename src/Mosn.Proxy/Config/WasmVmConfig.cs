namespace Mosn.Proxy.Config;

/// <summary>Engine and module of a WebAssembly plugin.</summary>
public sealed record WasmVmConfig : IConfigRecord<WasmVmConfig>
{
    /// <summary>Name of the engine.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Module file.</summary>
    public string Path { get; init; } = "";

    /// <summary>Address to load the module from.</summary>
    public string Url { get; init; } = "";

    /// <summary>Expected MD5 of the module, in hexadecimal. Empty: not checked.</summary>
    public string Md5 { get; init; } = "";

    /// <summary>CPU bound; not enforced.</summary>
    public int Cpu { get; init; }

    /// <summary>Memory bound; not enforced.</summary>
    public int Mem { get; init; }

    static WasmVmConfig IConfigRecord<WasmVmConfig>.Bind(ConfigBinder binder, WasmVmConfig value)
    {
        value = value with
        {
            Engine = binder.String("engine", value.Engine, "Name of the engine."),
            Path = binder.String("path", value.Path, "Module file."),
            Url = binder.String("url", value.Url, "Address to load the module from."),
            Md5 = binder.String("md5", value.Md5, "Expected MD5 of the module, in hexadecimal. Empty: not checked."),
            Cpu = binder.Int("cpu", value.Cpu, "CPU bound; not enforced."),
            Mem = binder.Int("mem", value.Mem, "Memory bound; not enforced."),
        };
        return value;
    }
}
