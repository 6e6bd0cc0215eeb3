using System.Globalization;
using System.Text;
using Mosn.Proxy.Expressions;

namespace Mosn.Tests.Expressions;

/// <summary>Writes trees of syntax as expressions, in one of the ways in which they could have been written.</summary>
internal sealed class SyntaxPrinter(Random random)
{
    private const int Loosest = 0;
    private const int Tightest = 9;

    /// <summary>As nested lists: two trees are equal if these are.</summary>
    public static string Dump(Syntax syntax) => syntax switch
    {
        BoolSyntax x => x.Value ? "true" : "false",
        IntSyntax x => x.Value.ToString(CultureInfo.InvariantCulture),
        DoubleSyntax x => x.Value.ToString("E17", CultureInfo.InvariantCulture),
        TextSyntax x => $"<{x.Value}>",
        NameSyntax x => x.Name,
        SelectSyntax x => $"(select {Dump(x.Target)} {x.Name})",
        IndexSyntax x => $"(index {Dump(x.Target)} {Dump(x.Key)})",
        CallSyntax x => $"(call {(x.Target is null ? "-" : Dump(x.Target))} {x.Name} {Dump(x.Arguments)})",
        UnarySyntax x => $"({x.Operator} {Dump(x.Operand)})",
        BinarySyntax x => $"({x.Operator} {Dump(x.Left)} {Dump(x.Right)})",
        ChainSyntax x => $"({x.Operator} {Dump(x.Operands)})",
        ChoiceSyntax x => $"(? {Dump(x.Condition)} {Dump(x.Yes)} {Dump(x.No)})",
        ListSyntax x => $"(list {Dump(x.Items)})",
        _ => throw new NotSupportedException(),
    };

    public string Print(Syntax syntax) => Print(syntax, Loosest);

    private static string Dump(Syntax[] parts) => string.Join(' ', parts.Select(Dump));

    private static int LevelOf(Syntax syntax) => syntax switch
    {
        ChoiceSyntax => 1,
        ChainSyntax { Operator: "||" } => 2,
        ChainSyntax { Operator: "&&" } => 3,
        BinarySyntax { Operator: "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" } => 4,
        BinarySyntax { Operator: "+" or "-" } or ChainSyntax => 5,
        BinarySyntax => 6,
        UnarySyntax => 7,
        IntSyntax or DoubleSyntax => 8,
        _ => Tightest,
    };

    private string Print(Syntax syntax, int levelMin)
    {
        int level = LevelOf(syntax);
        string text = syntax switch
        {
            IntSyntax x => x.Value.ToString(CultureInfo.InvariantCulture),
            DoubleSyntax x => x.Value.ToString("E17", CultureInfo.InvariantCulture),
            TextSyntax x => Quote(x.Value),
            SelectSyntax x => $"{Print(x.Target, Tightest)}{Space()}.{Space()}{x.Name}",
            IndexSyntax x => $"{Print(x.Target, Tightest)}{Space()}[{Print(x.Key)}]",
            CallSyntax { Target: null } x => $"{x.Name}({Print(x.Arguments)})",
            CallSyntax x => $"{Print(x.Target!, Tightest)}.{x.Name}{Space()}({Print(x.Arguments)})",
            UnarySyntax { Operator: "-" } x => $"-{Space()}{Print(x.Operand, Tightest)}",
            UnarySyntax x => $"!{Space()}{Print(x.Operand, level)}",
            BinarySyntax x => $"{Print(x.Left, level)} {x.Operator} {Print(x.Right, level + 1)}",
            ChainSyntax x => string.Join($"{Space()}{x.Operator}{Space()}", x.Operands.Select(part => Print(part, level + 1))),
            ChoiceSyntax x => $"{Print(x.Condition, level + 1)} ? {Print(x.Yes)} : {Print(x.No)}",
            ListSyntax x => $"[{Print(x.Items)}]",
            _ => Dump(syntax),
        };
        return level < levelMin || random.Next(8) == 0 ? $"({Space()}{text}{Space()})" : text;
    }

    private string Print(Syntax[] parts) => string.Join($"{Space()},{Space()}", parts.Select(part => Print(part)));

    private string Space() => random.Next(4) switch
    {
        0 => " ",
        1 => "\t\n",
        _ => "",
    };

    private string Quote(string text)
    {
        if (random.Next(3) == 0 && !text.Contains('`'))
        {
            return $"`{text}`";
        }
        char quote = random.Next(2) == 0 ? '"' : '\'';
        StringBuilder quoted = new();
        quoted.Append(quote);
        foreach (Rune rune in text.EnumerateRunes())
        {
            quoted.Append((rune.Value, random.Next(4)) switch
            {
                (_, 0) => $"\\U{rune.Value:X8}",
                (< 0x10000, 1) => $"\\u{rune.Value:x4}",
                (< 0x100, 2) => $"\\x{rune.Value:x2}",
                ('\\' or '"' or '\'', _) => $"\\{rune}",
                ('\n', _) => "\\n",
                _ => rune.ToString(),
            });
        }
        return quoted.Append(quote).ToString();
    }
}
