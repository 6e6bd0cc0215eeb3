using System.Collections.Frozen;

namespace Mosn.Proxy.Expressions;

/// <summary>
/// The functions: MOSN's (pkg/cel/ext) and CEL's for the types that there are. Each may be called as <c>f(x, y)</c> and
/// as <c>x.f(y)</c>. What looks at syntax rather than values is in <see cref="ExpressionCompiler"/>.
/// </summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, Function[]> s_functions =
        Functions().GroupBy(static function => function.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.Ordinal);

    public static IEnumerable<string> Names => s_functions.Keys;

    /// <summary>All forms of a function; empty: there is no such function.</summary>
    public static IReadOnlyList<Function> Find(string name) => s_functions.GetValueOrDefault(name) ?? [];

    private static IEnumerable<Function> Functions() =>
    [
        .. TextFunctionsOf(),
        .. ConversionsOf(),
        .. RequestFunctionsOf(),
    ];

    private static IEnumerable<Function> TextFunctionsOf() =>
    [
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool>(
            "match", ExpressionType.Bool, ExpressionType.String, ExpressionType.String, TextFunctions.Match),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool>(
            "startsWith", ExpressionType.Bool, ExpressionType.String, ExpressionType.String, TextFunctions.StartsWith),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool>(
            "endsWith", ExpressionType.Bool, ExpressionType.String, ExpressionType.String, TextFunctions.EndsWith),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool>(
            "contains", ExpressionType.Bool, ExpressionType.String, ExpressionType.String, TextFunctions.Contains),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "reverse", ExpressionType.String, ExpressionType.String, TextFunctions.Reverse),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "toLower", ExpressionType.String, ExpressionType.String, TextFunctions.ToLower),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "toUpper", ExpressionType.String, ExpressionType.String, TextFunctions.ToUpper),
        Of<ReadOnlySpan<byte>, long>("size", ExpressionType.Int, ExpressionType.String, TextFunctions.Size),
        new(
            "conditionalString",
            ExpressionType.String,
            [ExpressionType.Bool, ExpressionType.String, ExpressionType.String],
            static arguments => new ConditionalStringNode(
                (Node<bool>)arguments[0],
                (Node<ReadOnlySpan<byte>>)arguments[1],
                (Node<ReadOnlySpan<byte>>)arguments[2])),
        new("emptyStringMap", ExpressionType.StringMap, [], static _ => new EmptyMapNode()),
    ];

    private static IEnumerable<Function> ConversionsOf() =>
    [
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>("email", ExpressionType.Email, ExpressionType.String, NameText.ToEmail),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "dnsName", ExpressionType.DnsName, ExpressionType.String, NameText.ToDnsName),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>("uri", ExpressionType.Uri, ExpressionType.String, UriText.ToUri),
        Of<ReadOnlySpan<byte>, UInt128>("ip", ExpressionType.Ip, ExpressionType.String, AddressText.ToIp),
        Of<long, long>("int", ExpressionType.Int, ExpressionType.Int, Conversions.Same),
        Of<double, long>("int", ExpressionType.Int, ExpressionType.Double, Conversions.ToInt),
        Of<long, long>("int", ExpressionType.Int, ExpressionType.Duration, Conversions.Same),
        Of<long, long>("int", ExpressionType.Int, ExpressionType.Timestamp, Conversions.TimestampToInt),
        Of<ReadOnlySpan<byte>, long>("int", ExpressionType.Int, ExpressionType.String, Conversions.ToInt),
        Of<double, double>("double", ExpressionType.Double, ExpressionType.Double, Conversions.Same),
        Of<long, double>("double", ExpressionType.Double, ExpressionType.Int, Conversions.ToDouble),
        Of<ReadOnlySpan<byte>, double>("double", ExpressionType.Double, ExpressionType.String, Conversions.ToDouble),
        Of<bool, bool>("bool", ExpressionType.Bool, ExpressionType.Bool, Conversions.Same),
        Of<ReadOnlySpan<byte>, bool>("bool", ExpressionType.Bool, ExpressionType.String, Conversions.ToBool),
        Of<long, long>("duration", ExpressionType.Duration, ExpressionType.Duration, Conversions.Same),
        Of<ReadOnlySpan<byte>, long>("duration", ExpressionType.Duration, ExpressionType.String, Conversions.ToDuration),
        Of<long, long>("timestamp", ExpressionType.Timestamp, ExpressionType.Timestamp, Conversions.Same),
        Of<long, long>("timestamp", ExpressionType.Timestamp, ExpressionType.Int, Conversions.ToTimestamp),
        Of<ReadOnlySpan<byte>, long>(
            "timestamp", ExpressionType.Timestamp, ExpressionType.String, Conversions.ToTimestamp),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "string", ExpressionType.String, ExpressionType.String, Conversions.Same),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>("string", ExpressionType.String, ExpressionType.Uri, UriText.ToText),
        Of<UInt128, ReadOnlySpan<byte>>("string", ExpressionType.String, ExpressionType.Ip, AddressText.ToText),
        Of<bool, ReadOnlySpan<byte>>("string", ExpressionType.String, ExpressionType.Bool, Conversions.BoolToText),
        Of<long, ReadOnlySpan<byte>>("string", ExpressionType.String, ExpressionType.Int, Conversions.IntToText),
        Of<double, ReadOnlySpan<byte>>("string", ExpressionType.String, ExpressionType.Double, Conversions.DoubleToText),
        Of<long, ReadOnlySpan<byte>>(
            "string", ExpressionType.String, ExpressionType.Duration, Conversions.DurationToText),
        Of<long, ReadOnlySpan<byte>>(
            "string", ExpressionType.String, ExpressionType.Timestamp, Conversions.TimestampToText),
    ];

    private static IEnumerable<Function> RequestFunctionsOf() =>
    [
        OnContext("rewrite_request_url", RequestFunctions.RewriteUrl),
        OnContext("add_request_header", RequestFunctions.AddRequestHeader),
        OnContext("del_request_header", RequestFunctions.DeleteRequestHeader),
        OnContext("add_response_header", RequestFunctions.AddResponseHeader),
        OnContext("del_response_header", RequestFunctions.DeleteResponseHeader),
    ];

    private static Function Of<TOperand, T>(
        string name, ExpressionType result, ExpressionType operand, UnaryOperation<TOperand, T> operation)
        where TOperand : allows ref struct
        where T : allows ref struct =>
        new(name, result, [operand], arguments => new UnaryNode<TOperand, T>(
            result, (Node<TOperand>)arguments[0], operation));

    private static Function Of<TLeft, TRight, T>(
        string name, ExpressionType result, ExpressionType left, ExpressionType right,
        BinaryOperation<TLeft, TRight, T> operation)
        where TLeft : allows ref struct
        where TRight : allows ref struct
        where T : allows ref struct =>
        new(name, result, [left, right], arguments => new BinaryNode<TLeft, TRight, T>(
            result, (Node<TLeft>)arguments[0], (Node<TRight>)arguments[1], operation));

    private static Function OnContext(string name, UnaryOperation<ReadOnlySpan<byte>, bool> operation) =>
        new(name, ExpressionType.Bool, [ExpressionType.Context, ExpressionType.String], arguments =>
            new UnaryNode<ReadOnlySpan<byte>, bool>(
                ExpressionType.Bool, (Node<ReadOnlySpan<byte>>)arguments[1], operation, isPure: false));

    private static Function OnContext(
        string name, BinaryOperation<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> operation) =>
        new(name, ExpressionType.Bool, [ExpressionType.Context, ExpressionType.String, ExpressionType.String], arguments =>
            new BinaryNode<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool>(
                ExpressionType.Bool,
                (Node<ReadOnlySpan<byte>>)arguments[1],
                (Node<ReadOnlySpan<byte>>)arguments[2],
                operation,
                isPure: false));
}
