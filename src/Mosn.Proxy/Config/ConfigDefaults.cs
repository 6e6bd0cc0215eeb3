using System.Collections.Frozen;

namespace Mosn.Proxy.Config;

/// <summary>Shared values of configuration records: those that nearly every record has.</summary>
internal static class ConfigDefaults
{
    public static IReadOnlyDictionary<string, string> NoStrings { get; } = FrozenDictionary<string, string>.Empty;

    public static IReadOnlyDictionary<string, FilterConfig> NoFilters { get; } =
        FrozenDictionary<string, FilterConfig>.Empty;

    public static IReadOnlyList<string> Upgrades { get; } = ["websocket"];

    public static IReadOnlyDictionary<string, ConfigNode> NoNodes { get; } =
        FrozenDictionary<string, ConfigNode>.Empty;
}
