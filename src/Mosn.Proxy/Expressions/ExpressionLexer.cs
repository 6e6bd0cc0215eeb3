using System.Text;

namespace Mosn.Proxy.Expressions;

/// <summary>Cuts an expression into its words: those of Go, with single quotes as CEL has them. Control side.</summary>
internal sealed class ExpressionLexer(string text)
{
    private static readonly string[] s_marks =
    [
        "&&", "||", "==", "!=", "<=", ">=",
        "<", ">", "+", "-", "*", "/", "%", "!", "|", "?", ":", "(", ")", "[", "]", ".", ",",
    ];

    private int _at;

    public Token Next()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }
        if (_at == text.Length)
        {
            return new Token(TokenKind.End, "", _at);
        }
        char first = text[_at];
        if (IsNameStart(first))
        {
            return Name();
        }
        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1])))
        {
            return Number();
        }
        return first switch
        {
            '"' or '\'' => Quoted(first),
            '`' => Raw(),
            _ => Mark(),
        };
    }

    private static bool IsNameStart(char c) => c == '_' || char.IsAsciiLetter(c);

    private static bool IsNamePart(char c) => c == '_' || char.IsAsciiLetterOrDigit(c);

    private Token Name()
    {
        int start = _at;
        while (_at < text.Length && IsNamePart(text[_at]))
        {
            _at++;
        }
        return new Token(TokenKind.Identifier, text[start.._at], start);
    }

    /// <summary>Decimal or 0x integers, decimal fractions. What follows at once must not be a name: 10s is no number.</summary>
    private Token Number()
    {
        int start = _at;
        bool isHex = text[_at] == '0' && _at + 1 < text.Length && text[_at + 1] is 'x' or 'X';
        if (isHex)
        {
            _at += 2;
            Take(char.IsAsciiHexDigit);
            return NumberEnd(start, TokenKind.Int);
        }
        TokenKind kind = TokenKind.Int;
        Take(char.IsAsciiDigit);
        if (_at < text.Length && text[_at] == '.')
        {
            kind = TokenKind.Double;
            _at++;
            Take(char.IsAsciiDigit);
        }
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            kind = TokenKind.Double;
            _at++;
            _at += _at < text.Length && text[_at] is '+' or '-' ? 1 : 0;
            Take(char.IsAsciiDigit);
        }
        return NumberEnd(start, kind);
    }

    private void Take(Func<char, bool> isPart)
    {
        while (_at < text.Length && isPart(text[_at]))
        {
            _at++;
        }
    }

    private Token NumberEnd(int start, TokenKind kind)
    {
        char last = text[_at - 1];
        bool isWhole = _at == text.Length || !IsNamePart(text[_at]);
        Take(IsNamePart);
        string number = text[start.._at];
        bool isNumber = isWhole && (char.IsAsciiDigit(last) || (kind == TokenKind.Int && char.IsAsciiHexDigit(last)));
        return isNumber ? new Token(kind, number, start) : Bad(start, $"'{number}' is not a number");
    }

    private Token Raw()
    {
        int start = _at;
        int end = text.IndexOf('`', start + 1);
        if (end < 0)
        {
            return Bad(start, "this text is not closed");
        }
        _at = end + 1;
        return new Token(TokenKind.String, text[(start + 1)..end], start);
    }

    private Token Quoted(char quote)
    {
        int start = _at++;
        StringBuilder value = new();
        while (true)
        {
            if (_at == text.Length || text[_at] is '\r' or '\n')
            {
                return Bad(start, "this text is not closed");
            }
            char c = text[_at];
            if (c == quote)
            {
                _at++;
                return new Token(TokenKind.String, value.ToString(), start);
            }
            if (c == '\\')
            {
                int escape = _at;
                if (!TryTakeEscape(value))
                {
                    return Bad(escape, "not an escape that texts have");
                }
                continue;
            }
            value.Append(c);
            _at++;
        }
    }

    private bool TryTakeEscape(StringBuilder value)
    {
        _at++;
        char kind = _at < text.Length ? text[_at++] : '\0';
        int simple = "abfnrtv\\\"'`?".IndexOf(kind);
        if (simple >= 0)
        {
            value.Append("\a\b\f\n\r\t\v\\\"'`?"[simple]);
            return true;
        }
        return kind switch
        {
            'x' => TryTakeCode(2, 16, value),
            'u' => TryTakeCode(4, 16, value),
            'U' => TryTakeCode(8, 16, value),
            >= '0' and <= '3' => TryTakeOctal(value),
            _ => false,
        };
    }

    private bool TryTakeOctal(StringBuilder value)
    {
        _at--;
        return TryTakeCode(3, 8, value);
    }

    private bool TryTakeCode(int digits, int radix, StringBuilder into)
    {
        if (text.Length - _at < digits)
        {
            return false;
        }
        uint code = 0;
        foreach (char digit in text.AsSpan(_at, digits))
        {
            int value = "0123456789abcdef".IndexOf(char.ToLowerInvariant(digit));
            if (value < 0 || value >= radix)
            {
                return false;
            }
            code = (code * (uint)radix) + (uint)value;
        }
        _at += digits;
        if (!Rune.IsValid(code))
        {
            return false;
        }
        into.Append(new Rune(code).ToString());
        return true;
    }

    private Token Mark()
    {
        foreach (string mark in s_marks)
        {
            if (string.CompareOrdinal(text, _at, mark, 0, mark.Length) == 0)
            {
                int start = _at;
                _at += mark.Length;
                return new Token(TokenKind.Mark, mark, start);
            }
        }
        string found = Rune.TryGetRuneAt(text, _at, out Rune rune) ? rune.ToString() : "\uFFFD";
        return Bad(_at, found switch
        {
            "=" => "'=' compares nothing; write '=='",
            "&" => "'&' is not an operator; write '&&'",
            _ => $"unexpected '{found}'",
        });
    }

    /// <summary>The rest is not looked at: the first mistake is the one to tell.</summary>
    private Token Bad(int position, string message)
    {
        _at = text.Length;
        return new Token(TokenKind.Bad, message, position);
    }
}
