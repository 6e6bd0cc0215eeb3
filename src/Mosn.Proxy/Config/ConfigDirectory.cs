namespace Mosn.Proxy.Config;

/// <summary>
/// Reads a dynamic directory: in the order of their names, each file ending in .json holds one object. Empty files
/// and other names are passed over. Directories are not entered.
/// </summary>
internal static class ConfigDirectory
{
    /// <param name="at">The node that names the directory; problems with the directory itself point there.</param>
    public static IReadOnlyList<object> Read(ConfigRecordType type, ConfigReadContext context, ConfigNode at)
    {
        string directory = Path.GetFullPath(Path.Combine(context.Options.BaseDirectory, at.Text));
        string[] entries;
        try
        {
            entries = System.IO.Directory.GetFileSystemEntries(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Problems.Error(at, "cannot read this directory", ConfigProblems.Show(at), "a directory");
            return [];
        }
        Array.Sort(entries, StringComparer.Ordinal);
        List<object> records = [];
        foreach (string entry in entries.Where(static e => e.EndsWith(".json", StringComparison.Ordinal)))
        {
            if (records.Count == NodeLimits.DirectoryFilesMax)
            {
                context.Problems.Error(at, $"more than {NodeLimits.DirectoryFilesMax} files in this directory");
                break;
            }
            if (ReadFile(type, context, at, Path.Combine(at.Text, Path.GetFileName(entry)), entry) is { } record)
            {
                records.Add(record);
            }
        }
        return records;
    }

    private static object? ReadFile(
        ConfigRecordType type, ConfigReadContext context, ConfigNode at, string name, string path)
    {
        if (ConfigFile.Read(name, path, out string? error) is not { } source)
        {
            context.Problems.Error(at, $"{name}: {error}");
            return null;
        }
        if (source.Text.Length == 0)
        {
            return null;
        }
        ConfigNode? node = JsonNodeReader.Read(source, context.Problems);
        return node is null ? null : NodeBinder.Read(type, context, node);
    }
}
