using System.Text.RegularExpressions;

namespace Mosn.Proxy.Config;

/// <summary>
/// Reads a record from an object node. What is wrong becomes a problem and the value given holds, so that one pass
/// finds everything. Remembers which names were asked for: the others are unknown.
/// </summary>
internal sealed partial class NodeBinder : ConfigBinder
{
    private readonly ConfigReadContext _context;
    private readonly ConfigNode? _node;
    private readonly List<string> _asked = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    private NodeBinder(ConfigReadContext context, ConfigNode? node)
    {
        _context = context;
        _node = node;
    }

    private ConfigProblems Problems => _context.Problems;

    /// <summary>Reads a whole record. A node of another kind is a problem, and the record has its defaults.</summary>
    public static T Read<T>(ConfigReadContext context, ConfigNode node)
        where T : class, IConfigRecord<T>, new() =>
        (T)Read(ConfigRecordType<T>.Instance, context, node);

    /// <inheritdoc cref="Read"/>
    public static object Read(ConfigRecordType type, ConfigReadContext context, ConfigNode node)
    {
        object record = type.New();
        if (node.Kind == ConfigNodeKind.Object)
        {
            NodeBinder binder = new(context, node);
            record = type.Bind(binder, record);
            binder.ReportUnknown();
        }
        else
        {
            Mismatch(context.Problems, node, "an object");
        }
        context.Remember(record, node);
        return record;
    }

    public override string String(string name, string value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        string result = node is null ? value : Text(node) ?? value;
        if (field.IsRequired && node is not null && result.Length == 0 && node.Kind == ConfigNodeKind.String)
        {
            Problems.Error(node, $"'{name}' must not be empty");
        }
        NoteUse(node, field, result != value);
        return result;
    }

    public override string Secret(string name, string value, string doc, Field field = default)
    {
        ConfigNode? node = _node?.Find(name);
        bool isText = node is null or { Kind: ConfigNodeKind.Null or ConfigNodeKind.String } || node.IsPlain;
        if (isText)
        {
            return String(name, value, doc, field);
        }
        // Not shown, whatever its name and its kind.
        Take(name, field);
        Problems.Error(node!, "wrong kind of value", expected: "a string");
        return value;
    }

    public override string Directory(string name, string value, string doc, Field field = default) =>
        String(name, value, doc, field);

    public override string Pattern(string name, string value, string doc, Field field = default)
    {
        string pattern = String(name, value, doc, field);
        if (_node?.Find(name) is { } node)
        {
            CheckPattern(Problems, node, pattern);
        }
        return pattern;
    }

    /// <summary>Refuses a pattern that does not compile, or that would need backtracking.</summary>
    public static void CheckPattern(ConfigProblems problems, ConfigNode at, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException e)
        {
            string? found = ConfigProblems.Show(at);
            problems.Error(at, "not a regular expression" + (found is null ? "" : $": {e.Message}"), found);
        }
        catch (NotSupportedException e)
        {
            problems.Error(
                at, $"this regular expression cannot run in linear time: {e.Message}", ConfigProblems.Show(at));
        }
    }

    public override string AccessLogFormat(string name, string value, string doc, Field field = default)
    {
        string format = String(name, value, doc, field);
        if (_node?.Find(name) is { } node && AccessLogSyntax.FindError(format) is { } error)
        {
            Problems.Error(node, $"bad access log format: {error}", ConfigProblems.Show(node));
        }
        return format;
    }

    public override string Code(string name, string value, ConfigSyntax syntax, string doc, Field field = default)
    {
        string text = String(name, value, doc, field);
        if (text.Length > 0 && _node?.Find(name) is { } node
            && _context.Options.Syntax.GetValueOrDefault(syntax)?.Invoke(text) is { } error)
        {
            Problems.Error(node, error.Message, ConfigProblems.Show(node), suggestion: error.Suggestion);
        }
        return text;
    }

    public override bool Bool(string name, bool value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        bool result = value;
        if (node is not null && !TryBool(node, out result))
        {
            Mismatch(Problems, node, "true or false");
            result = value;
        }
        NoteUse(node, field, result != value);
        return result;
    }

    protected override int Spelling(string name, int position, EnumTable table, string doc, Field field)
    {
        ConfigNode? node = Take(name, field);
        if (node is null || Text(node) is not { Length: > 0 } text)
        {
            return position;
        }
        for (int i = 0; i < table.Spellings.Count; i++)
        {
            string candidate = table.Spellings[i];
            if (!string.Equals(candidate, text, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            if (candidate != text && !table.IsAnyCase)
            {
                Problems.Warning(node, $"write this {table.What} as '{candidate}'", ConfigProblems.Show(node));
            }
            if (table.Kind is { } kind && !ConfigCapabilities.Has(kind, candidate))
            {
                NotYet(node, $"{kind} {candidate}");
            }
            int result = table.FirstOf(i);
            NoteUse(node, field, result != position);
            return result;
        }
        ConfigSeverity severity = table.UnknownIsError ? ConfigSeverity.Error : ConfigSeverity.Warning;
        Problems.Add(
            severity, node.Source, node.Line, node.Column, node.Path, $"unknown {table.What}",
            ConfigProblems.Show(node), string.Join(", ", table.Names), NearestMatch.Of(text, table.Names));
        return position;
    }

    protected override object? Record(ConfigRecordType type, string name, object? value, string doc, Field field)
    {
        ConfigNode? node = Take(name, field);
        if (node is null)
        {
            return value;
        }
        object record = Read(type, _context, node);
        NoteUse(node, field, node.Members.Count > 0);
        return record;
    }

    protected override IReadOnlyList<object> Records(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string doc, Field field)
    {
        ConfigNode? node = TakeArray(name, field);
        return node is null ? value : [.. node.Items.Select(item => Read(type, _context, item))];
    }

    protected override IReadOnlyList<object> RecordsOrDirectory(
        ConfigRecordType type, string name, IReadOnlyList<object> value, string directoryName, string doc, Field field)
    {
        IReadOnlyList<object> list = Records(type, name, value, doc, field);
        if (_node?.Find(directoryName) is not { Kind: ConfigNodeKind.String, Text.Length: > 0 } directory)
        {
            return list;
        }
        if (list.Count > 0)
        {
            Problems.Error(directory, $"'{directoryName}' and '{name}' are both given; keep one of them");
            return list;
        }
        if (!_context.Options.ReadsDirectories)
        {
            Problems.Error(directory, $"'{directoryName}' can be given in a file only", expected: $"the list in '{name}'");
            return list;
        }
        return ConfigDirectory.Read(type, _context, directory);
    }

    public override IReadOnlyList<string> Strings(
        string name, IReadOnlyList<string> value, string doc, Field field = default)
    {
        ConfigNode? node = TakeArray(name, field);
        return node is null ? value : [.. node.Items.Select(item => Text(item) ?? "")];
    }

    public override IReadOnlyList<IReadOnlyList<string>> StringLists(
        string name, IReadOnlyList<IReadOnlyList<string>> value, string doc, Field field = default)
    {
        ConfigNode? node = TakeArray(name, field);
        List<IReadOnlyList<string>> lists = [];
        foreach (ConfigNode item in node?.Items ?? [])
        {
            if (item.Kind != ConfigNodeKind.Array)
            {
                Mismatch(Problems, item, "a list of strings");
            }
            lists.Add([.. item.Items.Select(text => Text(text) ?? "")]);
        }
        return node is null ? value : lists;
    }

    public override IReadOnlyDictionary<string, string> Map(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        ConfigNode? node = TakeObject(name, field);
        return node is null || node.Members.Count == 0 ? value : ToMap(node, isLenient: false);
    }

    public override IReadOnlyDictionary<string, string> Metadata(
        string name, IReadOnlyDictionary<string, string> value, string doc, Field field = default)
    {
        ConfigNode? node = TakeObject(name, field);
        ConfigNode? labels = node?.Find("filter_metadata")?.Find("mosn.lb");
        return labels is null || labels.Members.Count == 0 ? value : ToMap(labels, isLenient: true);
    }

    public override ConfigNode? Raw(string name, ConfigNode? value, string doc, Field field = default)
    {
        ConfigNode? node = Take(name, field);
        NoteUse(node, field, true);
        return node ?? value;
    }

    public override void Ignored(string name, string because)
    {
        ConfigNode? node = Take(name, default);
        bool isEmpty = node is null
            || node is { Kind: ConfigNodeKind.String or ConfigNodeKind.Number, Text: "" or "0" }
            || node is { Kind: ConfigNodeKind.Bool, Text: "false" }
            || (node.Kind is ConfigNodeKind.Array or ConfigNodeKind.Object
                && node.Items.Count == 0 && node.Members.Count == 0);
        if (!isEmpty)
        {
            string why = char.ToLowerInvariant(because[0]) + because[1..].TrimEnd('.');
            Problems.Warning(node!, $"'{name}' has no effect: {why}");
        }
    }

    public override ConfigBinder Open(string name, string doc) => new NodeBinder(_context, TakeObject(name, default));

    public override void Close() => ReportUnknown();

    private Dictionary<string, string> ToMap(ConfigNode node, bool isLenient)
    {
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (ConfigMember member in node.Members)
        {
            // MOSN drops labels that are not strings; it does so without a word.
            if (isLenient && member.Value.Kind != ConfigNodeKind.String)
            {
                Problems.Warning(
                    member.Value, "this label is dropped", ConfigProblems.Show(member.Value), "a string");
                continue;
            }
            map[member.Name] = Text(member.Value) ?? "";
        }
        return map;
    }
}
