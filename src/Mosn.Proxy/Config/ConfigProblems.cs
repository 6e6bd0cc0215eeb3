namespace Mosn.Proxy.Config;

/// <summary>Collects problems while a configuration is read. Keeps at most so many that memory stays bounded.</summary>
internal sealed class ConfigProblems
{
    private const int KeptMax = 10_000;
    private const int ShownMax = 60;

    private readonly List<ConfigProblem> _problems = [];

    public bool HasErrors { get; private set; }

    public void Error(
        ConfigNode at, string message, string? found = null, string? expected = null, string? suggestion = null) =>
        Add(ConfigSeverity.Error, at.Source, at.Line, at.Column, at.Path, message, found, expected, suggestion);

    public void Warning(
        ConfigNode at, string message, string? found = null, string? expected = null, string? suggestion = null) =>
        Add(ConfigSeverity.Warning, at.Source, at.Line, at.Column, at.Path, message, found, expected, suggestion);

    public void Add(
        ConfigSeverity severity, ConfigSource source, int line, int column, string path, string message,
        string? found = null, string? expected = null, string? suggestion = null)
    {
        HasErrors |= severity == ConfigSeverity.Error;
        if (_problems.Count == KeptMax)
        {
            return;
        }
        _problems.Add(new ConfigProblem
        {
            Severity = severity,
            File = source.File,
            Line = line,
            Column = column,
            Path = path,
            Message = message,
            Found = found,
            Expected = expected,
            Suggestion = suggestion,
            SourceLine = source.LineAt(line) is { } text && !SecretText.IsSecretLine(text) ? text : null,
        });
    }

    /// <summary>Reports members whose name was there already in their object.</summary>
    public void Repeated(ConfigSource source, IEnumerable<ConfigMember> members)
    {
        foreach (ConfigMember member in members)
        {
            Add(
                ConfigSeverity.Error, source, member.Line, member.Column, member.Value.Path,
                $"'{member.Name}' is given twice in this object");
        }
    }

    /// <summary>All problems: by file in the order first met, then by position.</summary>
    public IReadOnlyList<ConfigProblem> Sorted()
    {
        Dictionary<string, int> order = new(StringComparer.Ordinal);
        foreach (ConfigProblem problem in _problems)
        {
            order.TryAdd(problem.File, order.Count);
        }
        return
        [
            .. _problems
                .OrderBy(p => order[p.File])
                .ThenBy(static p => p.Line)
                .ThenBy(static p => p.Column)
                .ThenBy(static p => p.Severity)
                .ThenBy(static p => p.Message, StringComparer.Ordinal),
        ];
    }

    /// <summary>What stands at a node, short enough for a message; null if it may be a secret.</summary>
    public static string? Show(ConfigNode node) => node.Kind switch
    {
        ConfigNodeKind.Null => "null",
        ConfigNodeKind.Array => "a list",
        ConfigNodeKind.Object => "an object",
        _ when SecretText.IsSecret(node) => null,
        ConfigNodeKind.String => Show(node.Text),
        _ => Shorten(node.Text),
    };

    /// <summary>A text in quotes, cut if it is long.</summary>
    public static string Show(string text) => $"\"{Shorten(text)}\"";

    private static string Shorten(string text) => text.Length <= ShownMax ? text : $"{text[..ShownMax]}…";
}
