using System.Diagnostics.CodeAnalysis;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// Finds out what a tree of syntax means: names, types, forms of functions. The first mistake ends it. What does not
/// depend on a request is computed now. Control side.
/// </summary>
internal sealed partial class ExpressionCompiler
{
    private readonly bool _mayAct;
    private ExpressionError? _error;

    private ExpressionCompiler(bool mayAct) => _mayAct = mayAct;

    /// <param name="wanted">What the whole must be; Any: whatever it is.</param>
    /// <param name="mayAct">It may change the request and its response.</param>
    public static bool TryCompile(
        Syntax syntax, ExpressionType wanted, bool mayAct, [NotNullWhen(true)] out Node? node,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        ExpressionCompiler compiler = new(mayAct);
        node = compiler.Compile(syntax);
        if (node is not null && wanted != ExpressionType.Any)
        {
            node = As(node, wanted)
                ?? compiler.Fail(
                    StartOf(syntax), $"this is {WithArticle(node.Type)}, and {WithArticle(wanted)} is needed");
        }
        else if (node is { Type: ExpressionType.Context })
        {
            node = compiler.Fail(syntax, $"'{AttributeTable.Context}' is not a value; it has functions");
        }
        error = node is null ? compiler._error! : null;
        return node is not null;
    }

    private static string WithArticle(ExpressionType type)
    {
        string name = ExpressionTypes.NameOf(type);
        return "aeiou".Contains(name[0]) ? $"an {name}" : $"a {name}";
    }

    /// <summary>What is leftmost, where a message about the whole points.</summary>
    private static Syntax StartOf(Syntax syntax) => syntax switch
    {
        SelectSyntax part => StartOf(part.Target),
        IndexSyntax part => StartOf(part.Target),
        CallSyntax { Target: { } target } => StartOf(target),
        BinarySyntax part => StartOf(part.Left),
        ChainSyntax part => StartOf(part.Operands[0]),
        ChoiceSyntax part => StartOf(part.Condition),
        _ => syntax,
    };

    /// <summary>The node, if it is of that type or is a text that can be read both ways; else null.</summary>
    private static Node? As(Node node, ExpressionType type)
    {
        if (node.Type == type)
        {
            return node;
        }
        return type == ExpressionType.String && node is DurationTextNode text ? text.AsText() : null;
    }

    /// <returns>Null, for the caller to return.</returns>
    private Node? Fail(Syntax at, string message, string? suggestion = null)
    {
        _error ??= new ExpressionError(message, at.Position + 1, suggestion);
        return null;
    }

    private Node? Compile(Syntax syntax) => syntax switch
    {
        BoolSyntax part => new ConstantNode<bool>(ExpressionType.Bool, part.Value),
        IntSyntax part => new ConstantNode<long>(ExpressionType.Int, part.Value),
        DoubleSyntax part => new ConstantNode<double>(ExpressionType.Double, part.Value),
        TextSyntax part => Text(part.Value),
        NameSyntax or SelectSyntax => Name(syntax),
        IndexSyntax part => Index(part),
        CallSyntax part => Call(part),
        UnarySyntax part => Unary(part),
        BinarySyntax { Operator: "in" } part => In(part),
        BinarySyntax part => Binary(part),
        ChainSyntax part => Chain(part),
        ChoiceSyntax part => Choice(part.Condition, part.Yes, part.No),
        ListSyntax => Fail(syntax, "a list can only stand at the right of 'in'"),
        _ => throw new InvariantException($"{syntax.GetType().Name} has no meaning."),
    };

    private static Node Text(string text) => GoDuration.TryParseNanoseconds(text, out long ns)
        ? new DurationTextNode(text, ns)
        : TextNode.Of(text);

    private Node[]? CompileAll(IReadOnlyList<Syntax> parts)
    {
        Node[] nodes = new Node[parts.Count];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (Compile(parts[i]) is not { } node)
            {
                return null;
            }
            nodes[i] = node;
        }
        return nodes;
    }

    private Node? CompileAs(Syntax syntax, ExpressionType type)
    {
        if (Compile(syntax) is not { } node)
        {
            return null;
        }
        return As(node, type)
            ?? Fail(StartOf(syntax), $"this is {WithArticle(node.Type)}, and {WithArticle(type)} is needed");
    }

    /// <summary>
    /// The longest start of the name that is an attribute; behind one that is a map a key may follow as a name.
    /// </summary>
    private Node? Name(Syntax syntax)
    {
        List<string> names = [];
        Syntax root = syntax;
        for (; root is SelectSyntax select; root = select.Target)
        {
            names.Insert(0, select.Name);
        }
        if (root is not NameSyntax first)
        {
            SelectSyntax member = (SelectSyntax)syntax;
            return Compile(member.Target) switch
            {
                null => null,
                Node<StringMap> map => new MapValueNode(map, TextNode.Of(member.Name)),
                { Type: var type } => Fail(member, $"{WithArticle(type)} has no member '{member.Name}'"),
            };
        }
        names.Insert(0, first.Name);
        for (int count = names.Count; count > 0; count--)
        {
            if (AttributeTable.Find(string.Join('.', names.Take(count))) is not { } attribute)
            {
                continue;
            }
            return attribute is ContextNode && !_mayAct
                ? Fail(root, $"'{AttributeTable.Context}' is for the filter dsl; a condition must not change a request")
                : Member(syntax, attribute, names, count);
        }
        return Unknown(root, string.Join('.', names));
    }

    private Node? Member(Syntax syntax, Node attribute, List<string> names, int count)
    {
        if (count == names.Count)
        {
            return attribute;
        }
        return attribute is Node<StringMap> map && count == names.Count - 1
            ? new MapValueNode(map, TextNode.Of(names[^1]))
            : Fail(syntax, $"'{string.Join('.', names.Take(count))}' has no member '{names[count]}'");
    }

    private Node? Unknown(Syntax at, string name) => AttributeTable.IsStartOfNames(name)
        ? Fail(at, $"'{name}' is only the start of attributes' names")
        : Fail(at, $"unknown attribute '{name}'", NearestMatch.Of(name, AttributeTable.Names));

    private Node? Index(IndexSyntax index)
    {
        Node? target = Compile(index.Target);
        if (target is null or Node<StringMap>)
        {
            return target is Node<StringMap> map && CompileAs(index.Key, ExpressionType.String) is { } key
                ? new MapValueNode(map, (Node<ReadOnlySpan<byte>>)key)
                : null;
        }
        return Fail(index, $"{WithArticle(target.Type)} has no keys");
    }

    private Node? Unary(UnarySyntax unary) => (unary.Operator, Compile(unary.Operand)) switch
    {
        (_, null) => null,
        ("!", Node<bool> x) => Fold(new UnaryNode<bool, bool>(ExpressionType.Bool, x, Arithmetic.Not)),
        ("-", Node<long> { Type: ExpressionType.Int } x) =>
            Fold(new UnaryNode<long, long>(ExpressionType.Int, x, Arithmetic.Negate)),
        ("-", Node<double> x) => Fold(new UnaryNode<double, double>(ExpressionType.Double, x, Arithmetic.Negate)),
        (_, { Type: var type }) => Fail(unary, $"'{unary.Operator}' does not work with {WithArticle(type)}"),
    };

    private Node? Chain(ChainSyntax chain)
    {
        if (chain.Operator == "|")
        {
            return Pick(chain.Operands);
        }
        List<Node<bool>> operands = [];
        foreach (Syntax operand in chain.Operands)
        {
            if (CompileAs(operand, ExpressionType.Bool) is not Node<bool> node)
            {
                return null;
            }
            operands.Add(node);
        }
        return Fold(new LogicNode([.. operands], decisive: chain.Operator == "||"));
    }

    private Node? In(BinarySyntax part)
    {
        if (part.Right is not ListSyntax list)
        {
            return CompileAs(part.Left, ExpressionType.String) is Node<ReadOnlySpan<byte>> key
                && CompileAs(part.Right, ExpressionType.StringMap) is Node<StringMap> map
                    ? new MapKeyNode(map, key)
                    : null;
        }
        Syntax[] parts = [part.Left, .. list.Items];
        if (CompileAll(parts) is not { } nodes || !TryUnify(parts, nodes))
        {
            return null;
        }
        Node<bool>[] comparisons =
            [.. nodes.Skip(1).Select(item => Comparisons.Build("==", nodes[0], item)).OfType<Node<bool>>()];
        return comparisons.Length < nodes.Length - 1
            ? Fail(part, $"{WithArticle(nodes[0].Type)} cannot be compared")
            : Fold(new LogicNode(comparisons, decisive: true));
    }

    private Node? Binary(BinarySyntax part)
    {
        Syntax[] parts = [part.Left, part.Right];
        if (CompileAll(parts) is not { } nodes)
        {
            return null;
        }
        if (part.Operator is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            if (!TryUnify(parts, nodes, part))
            {
                return null;
            }
            return Comparisons.Build(part.Operator, nodes[0], nodes[1]) is { } comparison
                ? Fold(comparison)
                : Fail(part, $"'{part.Operator}' does not work with {WithArticle(nodes[0].Type)}");
        }
        Node? result = Operators.Build(part.Operator, nodes[0], nodes[1]);
        if (result is null && As(nodes[0], ExpressionType.String) is { } left
            && As(nodes[1], ExpressionType.String) is { } right)
        {
            result = Operators.Build(part.Operator, left, right);
        }
        return result is not null
            ? Fold(result)
            : Fail(part, $"'{part.Operator}' does not work with {WithArticle(nodes[0].Type)} and "
                + WithArticle(nodes[1].Type));
    }

    /// <summary>Makes all nodes of one type, that of the first which can be read in one way only.</summary>
    /// <param name="at">Where a message points; null: at the part that does not fit.</param>
    private bool TryUnify(Syntax[] parts, Node[] nodes, Syntax? at = null)
    {
        ExpressionType type = (Array.Find(nodes, static node => node is not DurationTextNode) ?? nodes[0]).Type;
        for (int i = 0; i < nodes.Length; i++)
        {
            if (As(nodes[i], type) is not { } node)
            {
                ExpressionType other = nodes[i].Type;
                Fail(at ?? StartOf(parts[i]), at is BinarySyntax comparison
                    ? $"'{comparison.Operator}' cannot compare {WithArticle(nodes[0].Type)} with "
                        + WithArticle(nodes[1].Type)
                    : $"this is {WithArticle(other)}, and {WithArticle(type)} is needed beside the others");
                return false;
            }
            nodes[i] = node;
        }
        return true;
    }

    /// <summary>Replaces what is the same for all requests by its value; what has none stays, and fails when it is run.</summary>
    private static Node Fold(Node node)
    {
        if (!node.IsConstant)
        {
            return node;
        }
        Evaluation evaluation = new(null!);
        Node folded = node switch
        {
            Node<bool> x when x.TryEvaluate(ref evaluation, out bool value) =>
                new ConstantNode<bool>(node.Type, value),
            Node<long> x when x.TryEvaluate(ref evaluation, out long value) =>
                new ConstantNode<long>(node.Type, value),
            Node<double> x when x.TryEvaluate(ref evaluation, out double value) =>
                new ConstantNode<double>(node.Type, value),
            Node<UInt128> x when x.TryEvaluate(ref evaluation, out UInt128 value) =>
                new ConstantNode<UInt128>(node.Type, value),
            Node<ReadOnlySpan<byte>> x when x.TryEvaluate(ref evaluation, out ReadOnlySpan<byte> value) =>
                new TextNode(node.Type, value.ToArray()),
            _ => node,
        };
        evaluation.Dispose();
        return folded;
    }
}
