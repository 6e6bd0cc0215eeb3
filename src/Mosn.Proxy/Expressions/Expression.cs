using System.Diagnostics.CodeAnalysis;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// A compiled expression of MOSN's language: CEL with Istio's attributes and the form of Go expressions
/// (docs/expressions.md). Immutable, shared by all loops. What cannot be evaluated is a value, never an exception; work
/// is linear in the lengths of the expression and of what it looks at.
/// </summary>
/// <remarks>
/// Evaluating allocates nothing, also where texts are built: they lie in rented memory. The exceptions are an IPv6
/// address or an international name that is read from a request.
/// </remarks>
internal sealed class Expression
{
    private readonly Node _root;
    private readonly Node<ReadOnlySpan<byte>>? _text;

    private Expression(string source, Node root)
    {
        Source = source;
        _root = root;
        _text = root switch
        {
            Node<ReadOnlySpan<byte>> text => text,
            Node<StringMap> => null,
            _ => (Node<ReadOnlySpan<byte>>?)FunctionTable.Find("string")
                .FirstOrDefault(form => form.Parameters[0] == root.Type)?.Build([root]),
        };
    }

    /// <summary>As it was written.</summary>
    public string Source { get; }

    public ExpressionType Type => _root.Type;

    /// <summary>Compiles an expression that is asked for its value and changes nothing, however often it is.</summary>
    /// <param name="wanted">What it must be; Any: whatever it is.</param>
    /// <param name="error">The first mistake.</param>
    public static bool TryCompile(
        string source,
        ExpressionType wanted,
        [NotNullWhen(true)] out Expression? expression,
        [NotNullWhen(false)] out ExpressionError? error) =>
        TryCompile(source, wanted, mayAct: false, out expression, out error);

    /// <summary>Compiles an expression of any type that may change the request and its response, through <c>ctx</c>.</summary>
    /// <param name="error">The first mistake.</param>
    public static bool TryCompileAction(
        string source,
        [NotNullWhen(true)] out Expression? expression,
        [NotNullWhen(false)] out ExpressionError? error) =>
        TryCompile(source, ExpressionType.Any, mayAct: true, out expression, out error);

    /// <summary>Whether it holds; what cannot be evaluated does not hold. Only for a Bool.</summary>
    public bool IsTrue(StreamContext stream) => Evaluate(stream, out bool value) == EvaluationFault.None && value;

    /// <summary>Evaluates it for what it does to the request and response.</summary>
    public EvaluationFault Run(StreamContext stream)
    {
        Evaluation evaluation = new(stream);
        _root.TryRun(ref evaluation);
        evaluation.Dispose();
        return evaluation.Fault;
    }

    /// <summary>The value of a Bool.</summary>
    public EvaluationFault Evaluate(StreamContext stream, out bool value) => Evaluate<bool>(stream, out value);

    /// <summary>The value of an Int, the nanoseconds of a Duration, the UTC ticks of a Timestamp.</summary>
    public EvaluationFault Evaluate(StreamContext stream, out long value) => Evaluate<long>(stream, out value);

    /// <summary>The value of a Double.</summary>
    public EvaluationFault Evaluate(StreamContext stream, out double value) => Evaluate<double>(stream, out value);

    /// <summary>The value of any type but a map as text, in the form that <c>string()</c> gives it.</summary>
    /// <param name="into">A text that does not fit is a fault.</param>
    public EvaluationFault Format(StreamContext stream, Span<byte> into, out int written)
    {
        written = 0;
        if (_text is null)
        {
            return EvaluationFault.BadText;
        }
        Evaluation evaluation = new(stream);
        if (_text.TryEvaluate(ref evaluation, out ReadOnlySpan<byte> text))
        {
            if (text.TryCopyTo(into))
            {
                written = text.Length;
            }
            else
            {
                evaluation.Fail(EvaluationFault.TooLong);
            }
        }
        evaluation.Dispose();
        return evaluation.Fault;
    }

    public override string ToString() => Source;

    private static bool TryCompile(
        string source, ExpressionType wanted, bool mayAct, [NotNullWhen(true)] out Expression? expression,
        [NotNullWhen(false)] out ExpressionError? error)
    {
        expression = null;
        if (!ExpressionParser.TryParse(source, out Syntax? syntax, out error)
            || !ExpressionCompiler.TryCompile(syntax, wanted, mayAct, out Node? node, out error))
        {
            return false;
        }
        expression = new Expression(source, node);
        return true;
    }

    private EvaluationFault Evaluate<T>(StreamContext stream, out T value)
    {
        Check.That(_root is Node<T>);
        Evaluation evaluation = new(stream);
        ((Node<T>)_root).TryEvaluate(ref evaluation, out value);
        evaluation.Dispose();
        return evaluation.Fault;
    }
}
