using System.Globalization;
using System.Text;

namespace Mosn.Proxy.Config;

/// <summary>
/// Reads JSON (RFC 8259) into nodes that know their place: no comments, no trailing commas, one value a file. The
/// first mistake of syntax ends it, because what follows could only be guessed; a repeated name does not.
/// </summary>
internal sealed class JsonNodeReader
{
    private readonly ConfigSource _source;
    private readonly ConfigProblems _problems;
    private readonly string _text;

    // Reported at the end: a node knows its path only when all that it stands in has been read.
    private readonly List<ConfigMember> _repeated = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private JsonNodeReader(ConfigSource source, ConfigProblems problems)
    {
        _source = source;
        _problems = problems;
        _text = source.Text;
    }

    private int Column => _at - _lineStart + 1;

    /// <summary>The value of the file, or null after a mistake of syntax, which is among the problems then.</summary>
    public static ConfigNode? Read(ConfigSource source, ConfigProblems problems)
    {
        JsonNodeReader reader = new(source, problems);
        reader.SkipWhite();
        if (reader._at == reader._text.Length)
        {
            reader.Fail("the file is empty", "a JSON object");
            return null;
        }
        ConfigNode? node = reader.ReadValue(0);
        if (node is null)
        {
            return null;
        }
        reader.SkipWhite();
        if (reader._at < reader._text.Length)
        {
            reader.Fail("unexpected text after the end of the value", "the end of the file");
            return null;
        }
        problems.Repeated(source, reader._repeated);
        return node;
    }

    private ConfigNode? ReadValue(int depth)
    {
        if (depth > NodeLimits.DepthMax)
        {
            Fail($"more than {NodeLimits.DepthMax} objects and lists within one another");
            return null;
        }
        if (_at == _text.Length)
        {
            Fail("unexpected end of the file", "a value");
            return null;
        }
        return _text[_at] switch
        {
            '{' => ReadObject(depth),
            '[' => ReadArray(depth),
            '"' => ReadStringNode(),
            '-' or (>= '0' and <= '9') => ReadNumber(),
            _ => ReadWord(),
        };
    }

    private ConfigNode? ReadObject(int depth)
    {
        ConfigNode node = new(_source, ConfigNodeKind.Object, "", _line, Column);
        List<ConfigMember> members = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        _at++;
        SkipWhite();
        bool isFirst = true;
        while (!TryTake('}'))
        {
            if (!isFirst && !TakeComma('}'))
            {
                return null;
            }
            isFirst = false;
            if (!ReadMember(node, members, names, depth))
            {
                return null;
            }
            SkipWhite();
        }
        node.Members = members;
        return node;
    }

    private bool ReadMember(ConfigNode parent, List<ConfigMember> members, HashSet<string> names, int depth)
    {
        if (_at == _text.Length || _text[_at] != '"')
        {
            Fail("unexpected " + Here(), "a name in double quotes");
            return false;
        }
        (int line, int column) = (_line, Column);
        string? name = ReadString();
        if (name is null)
        {
            return false;
        }
        SkipWhite();
        if (!TryTake(':'))
        {
            Fail("unexpected " + Here(), "':'");
            return false;
        }
        SkipWhite();
        ConfigNode? value = ReadValue(depth + 1);
        if (value is null)
        {
            return false;
        }
        value.Parent = parent;
        value.Key = name;
        members.Add(new ConfigMember(name, line, column, value));
        if (!names.Add(name))
        {
            _repeated.Add(members[^1]);
        }
        return true;
    }

    private ConfigNode? ReadArray(int depth)
    {
        ConfigNode node = new(_source, ConfigNodeKind.Array, "", _line, Column);
        List<ConfigNode> items = [];
        _at++;
        SkipWhite();
        while (!TryTake(']'))
        {
            if (items.Count > 0 && !TakeComma(']'))
            {
                return null;
            }
            ConfigNode? item = ReadValue(depth + 1);
            if (item is null)
            {
                return null;
            }
            item.Parent = node;
            item.Index = items.Count;
            items.Add(item);
            SkipWhite();
        }
        node.Items = items;
        return node;
    }

    private bool TakeComma(char close)
    {
        if (!TryTake(','))
        {
            Fail("unexpected " + Here(), $"',' or '{close}'");
            return false;
        }
        SkipWhite();
        if (_at < _text.Length && _text[_at] == close)
        {
            Fail($"a comma before '{close}'", "no trailing comma");
            return false;
        }
        return true;
    }

    private ConfigNode? ReadStringNode()
    {
        (int line, int column) = (_line, Column);
        string? text = ReadString();
        return text is null ? null : new ConfigNode(_source, ConfigNodeKind.String, text, line, column);
    }

    private string? ReadString()
    {
        int start = ++_at;
        int end = _text.AsSpan(start).IndexOfAny('"', '\\', '\n');
        if (end >= 0 && _text[start + end] == '"' && !_text.AsSpan(start, end).ContainsAnyInRange('\0', '\u001f'))
        {
            _at = start + end + 1;
            return _text.Substring(start, end);
        }
        StringBuilder text = new();
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == '"')
            {
                _at++;
                return text.ToString();
            }
            if (c < ' ')
            {
                Fail($"a control character (U+{(int)c:X4}) in a string", "an escape such as \\n");
                return null;
            }
            if (c != '\\')
            {
                text.Append(c);
                _at++;
            }
            else if (!ReadEscape(text))
            {
                return null;
            }
        }
        Fail("unexpected end of the file in a string", "'\"'");
        return null;
    }

    private bool ReadEscape(StringBuilder text)
    {
        char kind = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        if (kind == 'u'
            && _at + 6 <= _text.Length
            && ushort.TryParse(
                _text.AsSpan(_at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                out ushort unit))
        {
            text.Append((char)unit);
            _at += 6;
            return true;
        }
        char plain = kind switch
        {
            '"' or '\\' or '/' => kind,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => '\0',
        };
        if (plain == '\0')
        {
            Fail("an unknown escape in a string", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX");
            return false;
        }
        text.Append(plain);
        _at += 2;
        return true;
    }

    private ConfigNode? ReadNumber()
    {
        int start = _at;
        int column = Column;
        int at = _at;
        if (_text[at] == '-')
        {
            at++;
        }
        int whole = Digits(ref at);
        bool isGood = whole == 1 || (whole > 1 && _text[at - whole] != '0');
        if (at < _text.Length && _text[at] == '.')
        {
            at++;
            isGood &= Digits(ref at) > 0;
        }
        if (at < _text.Length && _text[at] is 'e' or 'E')
        {
            at++;
            if (at < _text.Length && _text[at] is '+' or '-')
            {
                at++;
            }
            isGood &= Digits(ref at) > 0;
        }
        if (!isGood)
        {
            Fail("a malformed number", "a JSON number");
            return null;
        }
        _at = at;
        return new ConfigNode(_source, ConfigNodeKind.Number, _text[start..at], _line, column);
    }

    private int Digits(ref int at)
    {
        int start = at;
        while (at < _text.Length && char.IsAsciiDigit(_text[at]))
        {
            at++;
        }
        return at - start;
    }

    private ConfigNode? ReadWord()
    {
        int end = _at;
        while (end < _text.Length && char.IsAsciiLetter(_text[end]))
        {
            end++;
        }
        string word = _text[_at..end];
        if (word is not ("true" or "false" or "null"))
        {
            bool isShown = word.Length is > 0 and < 40 && !SecretText.IsSecretLine(_source.LineAt(_line) ?? "");
            Fail("unexpected " + (isShown ? $"'{word}'" : Here()), "a value");
            return null;
        }
        ConfigNodeKind kind = word == "null" ? ConfigNodeKind.Null : ConfigNodeKind.Bool;
        ConfigNode node = new(_source, kind, word == "null" ? "" : word, _line, Column);
        _at = end;
        return node;
    }

    private void SkipWhite()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            if (_text[_at++] == '\n')
            {
                _line++;
                _lineStart = _at;
            }
        }
    }

    private bool TryTake(char c)
    {
        if (_at < _text.Length && _text[_at] == c)
        {
            _at++;
            return true;
        }
        return false;
    }

    private string Here() => _at == _text.Length ? "end of the file" : $"'{_text[_at]}'";

    private void Fail(string message, string? expected = null) =>
        _problems.Add(ConfigSeverity.Error, _source, _line, Column, "", message, expected: expected);
}
