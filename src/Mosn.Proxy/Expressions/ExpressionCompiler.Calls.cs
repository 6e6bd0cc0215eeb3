using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

internal sealed partial class ExpressionCompiler
{
    /// <summary>What is called like a function but looks at more than values.</summary>
    private static readonly string[] s_macros = ["pick", "conditional", "has", "matches"];

    private Node? Call(CallSyntax call)
    {
        if (call.Target is null)
        {
            switch (call.Name, call.Arguments)
            {
                case ("pick", { Length: > 0 } operands):
                    return Pick(operands);
                case ("conditional", [var condition, var yes, var no]):
                    return Choice(condition, yes, no);
                case ("has", [var part]):
                    return Has(part);
                case ("matches", [var text, var pattern]):
                    return Matches(text, pattern);
            }
        }
        else if (call is { Name: "matches", Arguments: [var text] })
        {
            return Matches(text, call.Target); // MOSN's order: the pattern is asked.
        }
        return Array.IndexOf(s_macros, call.Name) >= 0
            ? Fail(call, $"'{call.Name}' is called as {FormOf(call.Name)}")
            : CallFunction(call);
    }

    private static string FormOf(string macro) => macro switch
    {
        "pick" => "pick(value, …)",
        "conditional" => "conditional(condition, value, value)",
        "has" => "has(attribute)",
        _ => "\"pattern\".matches(text) or matches(text, \"pattern\")",
    };

    private Node? CallFunction(CallSyntax call)
    {
        IReadOnlyList<Function> forms = FunctionTable.Find(call.Name);
        if (forms.Count == 0)
        {
            return Fail(
                call, $"unknown function '{call.Name}'",
                NearestMatch.Of(call.Name, FunctionTable.Names.Concat(s_macros)));
        }
        Syntax[] parts = call.Target is null ? call.Arguments : [call.Target, .. call.Arguments];
        if (CompileAll(parts) is not { } arguments)
        {
            return null;
        }
        // A text that is a duration, too, is one in the first round, as in MOSN, and a text only if that does not help.
        foreach (Function form in forms)
        {
            if (form.Parameters.AsSpan().SequenceEqual(Array.ConvertAll(arguments, static node => node.Type)))
            {
                return Fold(form.Build(arguments));
            }
        }
        foreach (Function form in forms)
        {
            if (Fit(arguments, form.Parameters) is { } fitting)
            {
                return Fold(form.Build(fitting));
            }
        }
        string found = string.Join(", ", arguments.Select(static node => ExpressionTypes.NameOf(node.Type)));
        string exist = string.Join(", ", forms.Select(static form => form.Signature));
        return Fail(call, $"{call.Name}({found}) does not exist; there is {exist}");
    }

    private static Node[]? Fit(Node[] arguments, ExpressionType[] parameters)
    {
        if (arguments.Length != parameters.Length)
        {
            return null;
        }
        Node[] fitting = [.. arguments.Select((node, i) => As(node, parameters[i])).OfType<Node>()];
        return fitting.Length == parameters.Length ? fitting : null;
    }

    /// <summary>The pattern is compiled now, not for each request: a mistake in it has a place, and it costs once.</summary>
    private Node? Matches(Syntax text, Syntax pattern)
    {
        if (CompileAs(pattern, ExpressionType.String) is not { } patternNode
            || CompileAs(text, ExpressionType.String) is not Node<ReadOnlySpan<byte>> textNode)
        {
            return null;
        }
        if (patternNode is not TextNode { Utf8: var utf8 })
        {
            return Fail(pattern, "a pattern must be known beforehand: it cannot depend on the request");
        }
        return BytePattern.TryCompile(Encoding.UTF8.GetString(utf8), out BytePattern? compiled, out string? problem)
            ? new MatchesNode(textNode, compiled)
            : Fail(pattern, problem);
    }

    private Node? Has(Syntax part)
    {
        if (part is not (SelectSyntax or IndexSyntax))
        {
            return Fail(part, "only attributes and keys of maps can be there or not");
        }
        return Compile(part) is { } node ? new PresenceNode(node) : null;
    }

    private Node? Pick(Syntax[] parts)
    {
        if (CompileAll(parts) is not { } nodes || !TryUnify(parts, nodes))
        {
            return null;
        }
        return nodes[0] switch
        {
            Node<bool> => Pick<bool>(nodes),
            Node<long> => Pick<long>(nodes),
            Node<double> => Pick<double>(nodes),
            Node<UInt128> => Pick<UInt128>(nodes),
            Node<StringMap> => Pick<StringMap>(nodes),
            Node<ReadOnlySpan<byte>> => Pick<ReadOnlySpan<byte>>(nodes),
            { Type: var type } => Fail(parts[0], $"{WithArticle(type)} is always there"),
        };
    }

    private static Node Pick<T>(Node[] nodes)
        where T : allows ref struct =>
        nodes.Length == 1 ? nodes[0] : new PickNode<T>(Array.ConvertAll(nodes, static node => (Node<T>)node));

    private Node? Choice(Syntax condition, Syntax yes, Syntax no)
    {
        Syntax[] sides = [yes, no];
        if (CompileAs(condition, ExpressionType.Bool) is not Node<bool> holds
            || CompileAll(sides) is not { } nodes || !TryUnify(sides, nodes))
        {
            return null;
        }
        return nodes[0] switch
        {
            Node<bool> => Choice<bool>(holds, nodes),
            Node<long> => Choice<long>(holds, nodes),
            Node<double> => Choice<double>(holds, nodes),
            Node<UInt128> => Choice<UInt128>(holds, nodes),
            Node<StringMap> => Choice<StringMap>(holds, nodes),
            Node<ReadOnlySpan<byte>> => Choice<ReadOnlySpan<byte>>(holds, nodes),
            { Type: var type } => Fail(yes, $"{WithArticle(type)} is not a value"),
        };
    }

    private static ConditionalNode<T> Choice<T>(Node<bool> condition, Node[] sides)
        where T : allows ref struct => new(condition, (Node<T>)sides[0], (Node<T>)sides[1]);
}
