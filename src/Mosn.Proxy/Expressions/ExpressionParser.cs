using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// Reads an expression's form. Operators bind as in Go: <c>* / %</c>, then <c>+ - |</c>, then comparisons and
/// <c>in</c>, <c>&amp;&amp;</c>, <c>||</c>, last CEL's <c>? :</c>. Control side.
/// </summary>
internal sealed class ExpressionParser
{
    /// <summary>UTF-16 units of an expression.</summary>
    public const int LengthMax = 16 * 1024;

    /// <summary>Levels of brackets and operators: what reads, checks and evaluates a tree is recursive.</summary>
    public const int HeightMax = 100;

    private readonly ExpressionLexer _lexer;
    private Token _next;
    private int _depth;
    private ExpressionError? _error;

    private ExpressionParser(string text)
    {
        _lexer = new ExpressionLexer(text);
        _next = _lexer.Next();
    }

    public static bool TryParse(
        string text, [NotNullWhen(true)] out Syntax? syntax, [NotNullWhen(false)] out ExpressionError? error)
    {
        syntax = null;
        if (text.Length > LengthMax)
        {
            error = new ExpressionError($"longer than {LengthMax} characters", LengthMax + 1);
            return false;
        }
        ExpressionParser parser = new(text);
        syntax = parser.Choice();
        if (syntax is not null && parser._next.Kind != TokenKind.End)
        {
            syntax = parser.Fail("an operator or the end is expected here");
        }
        error = syntax is null ? parser._error! : null;
        return syntax is not null;
    }

    private static int PrecedenceOf(Token token) => token switch
    {
        { Kind: TokenKind.Identifier, Text: "in" } => 3,
        { Kind: not TokenKind.Mark } => 0,
        { Text: "||" } => 1,
        { Text: "&&" } => 2,
        { Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } => 3,
        { Text: "+" or "-" or "|" } => 4,
        { Text: "*" or "/" or "%" } => 5,
        _ => 0,
    };

    /// <summary>Notes the first mistake.</summary>
    /// <returns>Null, for the caller to return.</returns>
    private Syntax? Fail(string message, int? position = null)
    {
        if (_next.Kind == TokenKind.Bad)
        {
            message = _next.Text;
            position = _next.Position;
        }
        _error ??= new ExpressionError(message, (position ?? _next.Position) + 1);
        return null;
    }

    private Token Take()
    {
        Token token = _next;
        _next = _lexer.Next();
        return token;
    }

    private bool TryTake(string mark)
    {
        bool isThere = _next.IsMark(mark);
        if (isThere)
        {
            Take();
        }
        return isThere;
    }

    /// <summary>What an operator makes of its operands; refuses a tree that has become too high.</summary>
    private Syntax? Checked(Syntax syntax) =>
        syntax.Height <= HeightMax ? syntax : Fail($"nested more than {HeightMax} levels deep", syntax.Position);

    private Syntax? Choice()
    {
        if (++_depth > HeightMax)
        {
            return Fail($"nested more than {HeightMax} levels deep");
        }
        Syntax? syntax = Binary(precedenceMin: 1);
        if (syntax is not null && _next.IsMark("?"))
        {
            Token mark = Take();
            Syntax? yes = Choice();
            if (yes is null || !_next.IsMark(":"))
            {
                return Fail("':' and a second value are missing");
            }
            Take();
            syntax = Choice() is { } no ? Checked(new ChoiceSyntax(mark.Position, syntax, yes, no)) : null;
        }
        _depth--;
        return syntax;
    }

    private Syntax? Binary(int precedenceMin)
    {
        Syntax? left = Unary();
        while (left is not null && PrecedenceOf(_next) is var precedence && precedence >= precedenceMin)
        {
            if (_next.Text is "&&" or "||" or "|")
            {
                left = Chain(left, precedence);
                continue;
            }
            Token mark = Take();
            left = Binary(precedence + 1) is { } right
                ? Checked(new BinarySyntax(mark.Position, mark.Text, left, right))
                : null;
        }
        return left;
    }

    private Syntax? Chain(Syntax first, int precedence)
    {
        Token mark = _next;
        List<Syntax> operands = [.. ChainSyntax.PartsOf(first, mark.Text)];
        while (TryTake(mark.Text))
        {
            if (Binary(precedence + 1) is not { } next)
            {
                return null;
            }
            operands.AddRange(ChainSyntax.PartsOf(next, mark.Text));
        }
        return Checked(new ChainSyntax(mark.Position, mark.Text, [.. operands]));
    }

    private Syntax? Unary()
    {
        if (!_next.IsMark("!") && !_next.IsMark("-"))
        {
            return Postfix();
        }
        if (++_depth > HeightMax)
        {
            return Fail($"nested more than {HeightMax} levels deep");
        }
        Token mark = Take();

        // The lowest integer has no positive counterpart to be the negative of.
        if (mark.Text == "-" && _next.Kind == TokenKind.Int)
        {
            _depth--;
            return Postfix(Integer(mark.Position, isNegative: true));
        }
        Syntax? syntax = Unary() is { } operand ? Checked(new UnarySyntax(mark.Position, mark.Text, operand)) : null;
        _depth--;
        return syntax;
    }

    private Syntax? Postfix() => Postfix(Primary());

    private Syntax? Postfix(Syntax? syntax)
    {
        while (syntax is not null)
        {
            if (_next.IsMark("["))
            {
                Token mark = Take();
                Syntax? key = Choice();
                syntax = key is not null && Close("]")
                    ? Checked(new IndexSyntax(mark.Position, syntax, key))
                    : null;
            }
            else if (_next.IsMark("."))
            {
                Take();
                syntax = Member(syntax);
            }
            else
            {
                return syntax;
            }
        }
        return null;
    }

    private Syntax? Member(Syntax target)
    {
        if (_next.Kind != TokenKind.Identifier)
        {
            return Fail("a name is expected behind the point");
        }
        Token name = Take();
        if (!_next.IsMark("("))
        {
            return Checked(new SelectSyntax(name.Position, target, name.Text));
        }
        return Items(")") is { } arguments
            ? Checked(new CallSyntax(name.Position, target, name.Text, arguments))
            : null;
    }

    private Syntax? Primary()
    {
        switch (_next)
        {
            case { Kind: TokenKind.Int }:
                return Integer(_next.Position, isNegative: false);
            case { Kind: TokenKind.Double }:
                return Fraction();
            case { Kind: TokenKind.String }:
                return new TextSyntax(_next.Position, Take().Text);
            case { Kind: TokenKind.Identifier, Text: not "in" }:
                return Named();
            case { Kind: TokenKind.Mark, Text: "(" }:
                Take();
                return Choice() is { } inner && Close(")") ? inner : null;
            case { Kind: TokenKind.Mark, Text: "[" }:
                int position = _next.Position;
                return Items("]") is { } items ? Checked(new ListSyntax(position, items)) : null;
            default:
                return Fail(_next.Kind == TokenKind.End ? "a value is missing at the end" : "a value is expected here");
        }
    }

    private Syntax? Named()
    {
        Token name = Take();
        if (_next.IsMark("("))
        {
            return Items(")") is { } arguments
                ? Checked(new CallSyntax(name.Position, target: null, name.Text, arguments))
                : null;
        }
        return name.Text is "true" or "false"
            ? new BoolSyntax(name.Position, name.Text == "true")
            : new NameSyntax(name.Position, name.Text);
    }

    private Syntax? Integer(int position, bool isNegative)
    {
        string text = _next.Text;
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = ulong.TryParse(
            isHex ? text[2..] : text,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out ulong magnitude);
        if (!isNumber || magnitude > long.MaxValue + (isNegative ? 1UL : 0UL))
        {
            return Fail("a number beyond 64 bits", position);
        }
        if (!isHex && text.Length > 1 && text[0] == '0')
        {
            return Fail("a number must not begin with 0", position); // Octal in Go, decimal in CEL.
        }
        Take();
        return new IntSyntax(position, isNegative ? unchecked(-(long)magnitude) : (long)magnitude);
    }

    private Syntax? Fraction()
    {
        int position = _next.Position;
        double value = double.Parse(_next.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value))
        {
            return Fail("a number beyond what a double holds", position);
        }
        Take();
        return new DoubleSyntax(position, value);
    }

    private Syntax[]? Items(string close)
    {
        Take();
        List<Syntax> items = [];
        if (TryTake(close))
        {
            return [];
        }
        do
        {
            if (Choice() is not { } item)
            {
                return null;
            }
            items.Add(item);
        }
        while (TryTake(","));
        return Close(close) ? [.. items] : null;
    }

    private bool Close(string mark)
    {
        if (TryTake(mark))
        {
            return true;
        }
        Fail($"'{mark}' is missing");
        return false;
    }
}
