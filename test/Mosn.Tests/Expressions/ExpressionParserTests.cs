using Mosn.Proxy.Expressions;

namespace Mosn.Tests.Expressions;

public class ExpressionParserTests
{
    private static readonly string[] s_names = ["request", "host", "a", "_b9", "True", "inner"];
    private static readonly string[] s_texts = ["", "a b", "1s", "\"'`\\", "é😀\n", "x\0y"];

    [Theory]
    [InlineData("1 + 2 * 3", "(+ 1 (* 2 3))")]
    [InlineData("1 - 2 - 3", "(- (- 1 2) 3)")]
    [InlineData("a || b && c == d", "(|| a (&& b (== c d)))")]
    [InlineData("a | b == c", "(== (| a b) c)")]
    [InlineData("a | b + c | d", "(| (+ (| a b) c) d)")]
    [InlineData("a | (b | c) | d", "(| a b c d)")]
    [InlineData("(a && b) && (c || d)", "(&& a b (|| c d))")]
    [InlineData("!a.b(c)[d]", "(! (index (call a b c) d))")]
    [InlineData("- 5", "-5")]
    [InlineData("-(5)", "(- 5)")]
    [InlineData("3-1", "(- 3 1)")]
    [InlineData("a ? b : c ? d : e", "(? a b (? c d e))")]
    [InlineData("a in [1, 2] && b", "(&& (in a (list 1 2)) b)")]
    [InlineData("f()", "(call - f )")]
    [InlineData(".5", "5.00000000000000000E-001")]
    public void Operators_bind_as_in_Go(string source, string tree) => Assert.Equal(tree, SyntaxPrinter.Dump(Parse(source)));

    [Fact]
    public void What_is_printed_reads_back_as_the_same_tree()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        SyntaxPrinter printer = new(random);
        for (int round = 0; round < 3_000; round++)
        {
            Syntax tree = Tree(random, levels: random.Next(1, 6));
            string printed = printer.Print(tree);
            bool isRead = ExpressionParser.TryParse(printed, out Syntax? read, out ExpressionError? error);
            Assert.True(isRead, $"seed {seed}, round {round}: {printed}: {error}");
            Assert.Equal(SyntaxPrinter.Dump(tree), SyntaxPrinter.Dump(read!));
        }
    }

    [Fact]
    public void No_text_makes_the_compiler_throw()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        string[] words =
        [
            "request.host", "request.headers", "ctx", "ctx.add_request_header", "match", "pick", "has", "conditional",
            "matches", "true", "1", "1.5", "\"1s\"", "\"a\"", "'", "\"", "`", "(", ")", "[", "]", ".", ",", "+", "-", "*", "/",
            "%", "!", "&&", "||", "|", "==", "<", "?", ":", "in", " ", "\\", "\uD800", "é", "0x", "9e999", "emptyStringMap()",
        ];
        for (int round = 0; round < 20_000; round++)
        {
            string source = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => random.GetItems(words, 1)[0]));
            if (!Expression.TryCompileAction(source, out Expression? expression, out ExpressionError? error))
            {
                Assert.True(error.Column >= 1 && error.Column <= source.Length + 1, $"seed {seed}: {source}: {error}");
                continue;
            }
            expression.Run(Evaluating.Request());
        }
    }

    private static Syntax Parse(string source)
    {
        Assert.True(ExpressionParser.TryParse(source, out Syntax? syntax, out ExpressionError? error), $"{error}");
        return syntax!;
    }

    private static Syntax Tree(Random random, int levels)
    {
        if (levels <= 1)
        {
            return random.Next(5) switch
            {
                0 => new BoolSyntax(0, random.Next(2) == 0),
                1 => new IntSyntax(0, random.NextInt64(long.MinValue, long.MaxValue)),
                2 => new DoubleSyntax(0, random.NextDouble() * 1e9),
                3 => new TextSyntax(0, random.GetItems(s_texts, 1)[0]),
                _ => new NameSyntax(0, random.GetItems(s_names, 1)[0]),
            };
        }
        return random.Next(9) switch
        {
            0 => new SelectSyntax(0, Inner(), random.GetItems(s_names, 1)[0]),
            1 => new IndexSyntax(0, Inner(), Inner()),
            2 => new CallSyntax(0, random.Next(2) == 0 ? null : Inner(), random.GetItems(s_names, 1)[0], Some(0)),
            3 => new UnarySyntax(0, random.Next(2) == 0 ? "!" : "-", Inner()),
            4 => new BinarySyntax(0, random.GetItems((string[])["+", "-", "*", "/", "%"], 1)[0], Inner(), Inner()),
            5 => new BinarySyntax(0, random.GetItems((string[])["==", "!=", "<", "<=", ">", ">=", "in"], 1)[0], Inner(), Inner()),
            6 => Chain(random.GetItems((string[])["&&", "||", "|"], 1)[0]),
            7 => new ChoiceSyntax(0, Inner(), Inner(), Inner()),
            _ => new ListSyntax(0, Some(0)),
        };

        Syntax Inner() => Tree(random, random.Next(1, levels));

        ChainSyntax Chain(string mark) => new(
            0, mark, [.. ChainSyntax.PartsOf(Inner(), mark), .. ChainSyntax.PartsOf(Inner(), mark)]);

        Syntax[] Some(int least) => [.. Enumerable.Range(0, random.Next(least, 3)).Select(_ => Inner())];
    }
}
