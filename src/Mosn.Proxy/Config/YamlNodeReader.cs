using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Mosn.Proxy.Config;

/// <summary>
/// Reads the first document of a YAML file into nodes that know their place. Scalars without quotes get their kind
/// by YAML 1.2's core rules. Works on the parser's events, so that neither depth nor aliases can run away.
/// </summary>
internal sealed class YamlNodeReader
{
    private readonly ConfigSource _source;
    private readonly ConfigProblems _problems;
    private readonly IParser _parser;
    private readonly Dictionary<string, ConfigNode> _anchors = new(StringComparer.Ordinal);

    // Reported at the end: a node knows its path only when all that it stands in has been read.
    private readonly List<ConfigMember> _repeated = [];
    private int _copies;

    private YamlNodeReader(ConfigSource source, ConfigProblems problems)
    {
        _source = source;
        _problems = problems;
        _parser = new Parser(new StringReader(source.Text));
    }

    /// <summary>The value of the file, or null after a mistake of syntax, which is among the problems then.</summary>
    public static ConfigNode? Read(ConfigSource source, ConfigProblems problems)
    {
        YamlNodeReader reader = new(source, problems);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            // The library reports syntax by exception only; this is the one place that turns it into a value.
            int line = (int)e.Start.Line;
            string message = IsSecretLine(source, line) ? "" : e.InnerException?.Message ?? e.Message;
            problems.Add(ConfigSeverity.Error, source, line, (int)e.Start.Column, "", Lower(message));
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // It lets slip what it finds in some escapes ("\ud800\u0000"). All that is known is what stood before.
            Mark at = reader._parser.Current?.End ?? Mark.Empty;
            problems.Add(ConfigSeverity.Error, source, (int)at.Line, (int)at.Column, "", "not YAML behind this place");
            return null;
        }
    }

    private static string Lower(string message) =>
        message.Length == 0 ? "not YAML" : char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    private static bool IsSecretLine(ConfigSource source, int line) =>
        source.LineAt(line) is { } text && SecretText.IsSecretLine(text);

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            _problems.Add(ConfigSeverity.Error, _source, 1, 1, "", "the file is empty", expected: "a YAML mapping");
            return null;
        }
        ConfigNode? node = ReadNode(0);
        if (node is null)
        {
            return null;
        }
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out DocumentStart? second))
        {
            Fail(second.Start, "a second document", "one document");
            return null;
        }
        _problems.Repeated(_source, _repeated);
        return node;
    }

    private ConfigNode? ReadNode(int depth)
    {
        if (depth > NodeLimits.DepthMax)
        {
            Fail(_parser.Current?.Start ?? Mark.Empty,
                $"more than {NodeLimits.DepthMax} objects and lists within one another");
            return null;
        }
        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return ReadAlias(alias, depth);
        }
        ConfigNode? node;
        if (_parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            node = ReadScalar(scalar);
            Remember(scalar.Anchor, node);
        }
        else if (_parser.TryConsume<SequenceStart>(out SequenceStart? sequence))
        {
            node = ReadSequence(sequence, depth);
            Remember(sequence.Anchor, node);
        }
        else
        {
            MappingStart mapping = _parser.Consume<MappingStart>();
            node = ReadMapping(mapping, depth);
            Remember(mapping.Anchor, node);
        }
        return node;
    }

    private void Remember(AnchorName anchor, ConfigNode? node)
    {
        if (!anchor.IsEmpty && node is not null)
        {
            _anchors[anchor.Value] = node;
        }
    }

    private ConfigNode? ReadAlias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out ConfigNode? target))
        {
            // A password that begins with an asterisk and has no quotes looks like an alias.
            string name = IsSecretLine(_source, (int)alias.Start.Line) ? "" : $" '*{alias.Value.Value}'";
            Fail(alias.Start, "unknown alias" + name, "an anchor that stands before it");
            return null;
        }
        return Copy(target, depth);
    }

    /// <summary>An alias stands for a copy: each node has one parent, and so one path.</summary>
    private ConfigNode? Copy(ConfigNode node, int depth)
    {
        if (depth > NodeLimits.DepthMax)
        {
            Fail(node, $"more than {NodeLimits.DepthMax} objects and lists within one another");
            return null;
        }
        if (++_copies > NodeLimits.AliasNodesMax)
        {
            Fail(node, $"aliases repeat more than {NodeLimits.AliasNodesMax} values");
            return null;
        }
        ConfigNode copy = new(_source, node.Kind, node.Text, node.Line, node.Column) { IsPlain = node.IsPlain };
        List<ConfigNode> items = new(node.Items.Count);
        foreach (ConfigNode item in node.Items)
        {
            if (Copy(item, depth + 1) is not { } itemCopy)
            {
                return null;
            }
            Append(copy, items, itemCopy);
        }
        List<ConfigMember> members = new(node.Members.Count);
        foreach (ConfigMember member in node.Members)
        {
            if (Copy(member.Value, depth + 1) is not { } valueCopy)
            {
                return null;
            }
            valueCopy.Parent = copy;
            valueCopy.Key = member.Name;
            members.Add(member with { Value = valueCopy });
        }
        copy.Items = items;
        copy.Members = members;
        return copy;
    }

    private static void Append(ConfigNode parent, List<ConfigNode> items, ConfigNode item)
    {
        item.Parent = parent;
        item.Index = items.Count;
        items.Add(item);
    }

    private ConfigNode? ReadSequence(SequenceStart start, int depth)
    {
        ConfigNode node = new(_source, ConfigNodeKind.Array, "", (int)start.Start.Line, (int)start.Start.Column);
        List<ConfigNode> items = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadNode(depth + 1) is not { } item)
            {
                return null;
            }
            Append(node, items, item);
        }
        node.Items = items;
        return node;
    }

    private ConfigNode? ReadMapping(MappingStart start, int depth)
    {
        ConfigNode node = new(_source, ConfigNodeKind.Object, "", (int)start.Start.Line, (int)start.Start.Column);
        List<ConfigMember> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        List<ConfigNode> merged = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out Scalar? key))
            {
                Fail(_parser.Current?.Start ?? start.Start, "a key that is not a scalar", "a name");
                return null;
            }
            if (ReadNode(depth + 1) is not { } value)
            {
                return null;
            }
            if (key.Value == "<<" && key.Style == ScalarStyle.Plain)
            {
                merged.Add(value);
                continue;
            }
            value.Parent = node;
            value.Key = key.Value;
            members.Add(new ConfigMember(key.Value, (int)key.Start.Line, (int)key.Start.Column, value));
            if (!names.Add(key.Value))
            {
                _repeated.Add(members[^1]);
            }
        }
        foreach (ConfigNode source in merged)
        {
            Merge(node, members, names, source);
        }
        node.Members = members;
        return node;
    }

    /// <summary>"&lt;&lt;": what the mapping itself says wins, then the earlier of several sources.</summary>
    private static void Merge(ConfigNode node, List<ConfigMember> members, HashSet<string> names, ConfigNode source)
    {
        foreach (ConfigNode item in source.Items)
        {
            Merge(node, members, names, item);
        }
        foreach (ConfigMember member in source.Members)
        {
            if (names.Add(member.Name))
            {
                member.Value.Parent = node;
                members.Add(member);
            }
        }
    }

    private ConfigNode ReadScalar(Scalar scalar)
    {
        bool isPlain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        ConfigNodeKind kind = isPlain ? KindOf(scalar.Value) : ConfigNodeKind.String;
        string text = kind switch
        {
            ConfigNodeKind.Null => "",
            ConfigNodeKind.Bool => scalar.Value.ToLowerInvariant(),
            _ => scalar.Value,
        };
        return new ConfigNode(_source, kind, text, (int)scalar.Start.Line, (int)scalar.Start.Column)
        {
            IsPlain = isPlain,
        };
    }

    private static ConfigNodeKind KindOf(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return ConfigNodeKind.Null;
        }
        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            return ConfigNodeKind.Bool;
        }
        return IsNumber(text) ? ConfigNodeKind.Number : ConfigNodeKind.String;
    }

    /// <summary>The decimal numbers that JSON has, too; hexadecimal, octal and infinities stay text.</summary>
    private static bool IsNumber(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan(text[0] is '-' ? 1 : 0);
        int exponent = rest.IndexOfAny('e', 'E');
        if (exponent >= 0)
        {
            ReadOnlySpan<char> power = rest[(exponent + 1)..];
            if (power is ['+' or '-', ..])
            {
                power = power[1..];
            }
            if (!IsDigits(power))
            {
                return false;
            }
            rest = rest[..exponent];
        }
        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        return IsDigits(whole)
            && (whole.Length == 1 || whole[0] != '0')
            && (point < 0 || IsDigits(rest[(point + 1)..]));
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private void Fail(Mark at, string message, string? expected = null) =>
        _problems.Add(
            ConfigSeverity.Error, _source, (int)at.Line, (int)at.Column, "", message, expected: expected);

    private void Fail(ConfigNode at, string message) =>
        _problems.Add(ConfigSeverity.Error, _source, at.Line, at.Column, "", message);
}
