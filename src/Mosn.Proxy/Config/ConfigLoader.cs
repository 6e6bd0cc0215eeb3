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

    /// <summary>Reads one object of a configuration, in JSON: what an update brings.</summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    /// <param name="name">As messages call the text.</param>
    /// <param name="validate">Checks what one field alone cannot tell.</param>
    internal static ConfigPart<T> LoadPart<T>(
        ReadOnlySpan<byte> utf8, string name, ConfigLoadOptions options, Action<ConfigValidator, T> validate)
        where T : class, IConfigRecord<T>, new() =>
        LoadPart(utf8, name, options, static (context, node) => NodeBinder.Read<T>(context, node), validate);

    /// <summary>Reads a list of objects, as <see cref="LoadPart"/> does one.</summary>
    internal static ConfigPart<IReadOnlyList<T>> LoadParts<T>(
        ReadOnlySpan<byte> utf8, string name, ConfigLoadOptions options, Action<ConfigValidator, IReadOnlyList<T>> validate)
        where T : class, IConfigRecord<T>, new() =>
        LoadPart(utf8, name, options, ReadList<T>, validate);

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

    private static ConfigPart<T> LoadPart<T>(
        ReadOnlySpan<byte> utf8, string name, ConfigLoadOptions options, Func<ConfigReadContext, ConfigNode, T> read,
        Action<ConfigValidator, T> validate)
        where T : class
    {
        if (ConfigFile.Decode(name, utf8, out string? error) is not { } source)
        {
            return new ConfigPart<T>(null, Unreadable(name, error).Problems);
        }
        ConfigProblems problems = new();
        ConfigReadContext context = new(problems, options);
        if (JsonNodeReader.Read(source, problems) is not { } node)
        {
            return new ConfigPart<T>(null, problems.Sorted());
        }
        T part = read(context, node);
        validate(new ConfigValidator(context, node), part);
        return new ConfigPart<T>(problems.HasErrors ? null : part, problems.Sorted());
    }

    private static IReadOnlyList<T> ReadList<T>(ConfigReadContext context, ConfigNode node)
        where T : class, IConfigRecord<T>, new()
    {
        if (node.Kind != ConfigNodeKind.Array)
        {
            context.Problems.Error(node, "wrong kind of value", ConfigProblems.Show(node), "a list");
            return [];
        }
        return [.. node.Items.Select(item => NodeBinder.Read<T>(context, item))];
    }

    private static ConfigLoadResult Unreadable(string file, string? error) =>
        new(null, [new ConfigProblem { File = file, Message = error ?? "cannot read the file" }]);
}
