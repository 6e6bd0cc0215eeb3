using System.Globalization;

namespace Mosn.Proxy.Config;

/// <summary>Kinds of <see cref="ConfigNode"/>.</summary>
public enum ConfigNodeKind : byte
{
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// <summary>
/// One value of a configuration file, JSON or YAML alike, that knows where it stood. Immutable once its reader has
/// handed it out.
/// </summary>
public sealed class ConfigNode
{
    internal ConfigNode(ConfigSource source, ConfigNodeKind kind, string text, int line, int column)
    {
        Source = source;
        Kind = kind;
        Text = text;
        Line = line;
        Column = column;
    }

    public ConfigNodeKind Kind { get; }

    /// <summary>A string's characters, a number's or bool's literal; "" otherwise.</summary>
    public string Text { get; }

    /// <summary>Line of its first character, from 1.</summary>
    public int Line { get; }

    /// <summary>Column of its first character, from 1, in UTF-16 units.</summary>
    public int Column { get; }

    /// <summary>Elements of an array, in order; else empty.</summary>
    public IReadOnlyList<ConfigNode> Items { get; internal set; } = [];

    /// <summary>Members of an object, in order; else empty.</summary>
    public IReadOnlyList<ConfigMember> Members { get; internal set; } = [];

    internal ConfigSource Source { get; }

    /// <summary>An unquoted YAML scalar, whose kind was guessed from its looks.</summary>
    internal bool IsPlain { get; init; }

    internal ConfigNode? Parent { get; set; }

    /// <summary>Name in the parent object; null in an array.</summary>
    internal string? Key { get; set; }

    internal int Index { get; set; }

    /// <summary>Where the node is, for example "servers[0].listeners[1].address"; "" for the whole file.</summary>
    public string Path
    {
        get
        {
            if (Parent is null)
            {
                return "";
            }
            return Key is null
                ? string.Create(CultureInfo.InvariantCulture, $"{Parent.Path}[{Index}]")
                : PathOf(Parent, Key);
        }
    }

    /// <summary>A node from JSON that no file holds, for settings that code makes.</summary>
    /// <exception cref="FormatException">The text is not JSON.</exception>
    public static ConfigNode Parse(string json)
    {
        ConfigProblems problems = new();
        return JsonNodeReader.Read(new ConfigSource("", json), problems)
            ?? throw new FormatException(problems.Sorted()[0].Message);
    }

    /// <summary>The member of that name: the exact one, else the first in another case, else null.</summary>
    public ConfigNode? Find(string name)
    {
        ConfigNode? other = null;
        foreach (ConfigMember member in Members)
        {
            if (member.Name == name)
            {
                return member.Value;
            }
            if (other is null && string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                other = member.Value;
            }
        }
        return other;
    }

    /// <summary>The path of a member of <paramref name="parent"/>, which need not exist.</summary>
    internal static string PathOf(ConfigNode parent, string key)
    {
        string path = parent.Path;
        if (!key.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') || key.Length == 0)
        {
            return $"{path}[\"{key}\"]";
        }
        return path.Length == 0 ? key : $"{path}.{key}";
    }
}

/// <summary>A name and its value in an object.</summary>
/// <param name="Line">Line of the name, from 1.</param>
/// <param name="Column">Column of the name, from 1.</param>
public readonly record struct ConfigMember(string Name, int Line, int Column, ConfigNode Value);
