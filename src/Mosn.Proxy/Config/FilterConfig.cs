namespace Mosn.Proxy.Config;

/// <summary>One filter or sink: its type and its settings.</summary>
public sealed record FilterConfig
{
    /// <summary>Name of the filter, for example "proxy".</summary>
    public string Type { get; init; } = "";

    /// <summary>The settings as they stood in the file; null when there were none, or when made by code.</summary>
    public ConfigNode? Config { get; init; }

    /// <summary>The settings read, for types that have a record; else null.</summary>
    public TypedFilterConfig? Typed { get; init; }

    /// <summary>A shared library to take the filter from; understood, never loaded.</summary>
    public GoPluginConfig? GoPlugin { get; init; }
}
