namespace Mosn.Proxy.Config;

/// <summary>Text forms of a configuration.</summary>
public enum ConfigFormat : byte
{
    Json,
    Yaml,
}

/// <summary>Reads configurations. Never throws for what a file holds, and finds all problems in one pass.</summary>
public static class ConfigLoader
{
    /// <summary>Reads a file; YAML when it ends in .yaml or .yml, else JSON.</summary>
    public static ConfigLoadResult Load(string path, ConfigLoadOptions? options = null)
    {
        ConfigSource? source = ConfigFile.Read(path, path, out string? error);
        return source is null ? Unreadable(path, error) : Load(source, FormatOf(path), options);
    }

    /// <summary>Reads a configuration that is in memory.</summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    /// <param name="fileName">As messages call it.</param>
    public static ConfigLoadResult LoadText(
        ReadOnlySpan<byte> utf8, ConfigFormat format, string fileName, ConfigLoadOptions? options = null)
    {
        if (utf8.Length > NodeLimits.FileBytesMax)
        {
            return Unreadable(fileName, $"larger than {ByteSizeText.Format(NodeLimits.FileBytesMax)}");
        }
        ConfigSource? source = ConfigFile.Decode(fileName, utf8, out string? error);
        return source is null ? Unreadable(fileName, error) : Load(source, format, options);
    }

    public static ConfigFormat FormatOf(string path) =>
        path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal)
            ? ConfigFormat.Yaml
            : ConfigFormat.Json;

    private static ConfigLoadResult Load(ConfigSource source, ConfigFormat format, ConfigLoadOptions? options)
    {
        ConfigProblems problems = new();
        ConfigReadContext context = new(problems, options ?? new ConfigLoadOptions());
        ConfigNode? node = format == ConfigFormat.Yaml
            ? YamlNodeReader.Read(source, problems)
            : JsonNodeReader.Read(source, problems);
        if (node is null)
        {
            return new ConfigLoadResult(null, problems.Sorted());
        }
        MosnConfig config = NodeBinder.Read<MosnConfig>(context, node);
        new ConfigValidator(context, node).Validate(config);
        return new ConfigLoadResult(config, problems.Sorted());
    }

    private static ConfigLoadResult Unreadable(string file, string? error) =>
        new(null, [new ConfigProblem { File = file, Message = error ?? "cannot read the file" }]);
}
