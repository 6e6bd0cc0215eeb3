using System.Collections.Frozen;

namespace Mosn.Proxy.Config;

/// <summary>Shared empty values of configuration records.</summary>
internal static class ConfigDefaults
{
    public static IReadOnlyDictionary<string, string> NoStrings { get; } = FrozenDictionary<string, string>.Empty;

    public static IReadOnlyDictionary<string, FilterConfig> NoFilters { get; } =
        FrozenDictionary<string, FilterConfig>.Empty;

    public static IReadOnlyDictionary<string, ConfigNode> NoNodes { get; } =
        FrozenDictionary<string, ConfigNode>.Empty;
}
