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
        .. TextPartsOf(),
        .. ConversionsOf(),
        .. CalendarOf(),
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
        Of<bool, ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "conditionalString",
            ExpressionType.String,
            [ExpressionType.Bool, ExpressionType.String, ExpressionType.String],
            TextFunctions.Conditional),
        new("emptyStringMap", ExpressionType.StringMap, [], static _ => new EmptyMapNode()),
    ];

    private static IEnumerable<Function> TextPartsOf() =>
    [
        Of<ReadOnlySpan<byte>, long, ReadOnlySpan<byte>>(
            "charAt", ExpressionType.String, ExpressionType.String, ExpressionType.Int, TextParts.CharAt),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, long>(
            "indexOf", ExpressionType.Int, ExpressionType.String, ExpressionType.String, TextParts.IndexOf),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, long, long>(
            "indexOf",
            ExpressionType.Int,
            [ExpressionType.String, ExpressionType.String, ExpressionType.Int],
            TextParts.IndexOf),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, long>(
            "lastIndexOf", ExpressionType.Int, ExpressionType.String, ExpressionType.String, TextParts.LastIndexOf),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, long, long>(
            "lastIndexOf",
            ExpressionType.Int,
            [ExpressionType.String, ExpressionType.String, ExpressionType.Int],
            TextParts.LastIndexOf),
        Of<ReadOnlySpan<byte>, long, ReadOnlySpan<byte>>(
            "substring", ExpressionType.String, ExpressionType.String, ExpressionType.Int, TextParts.Substring),
        Of<ReadOnlySpan<byte>, long, long, ReadOnlySpan<byte>>(
            "substring",
            ExpressionType.String,
            [ExpressionType.String, ExpressionType.Int, ExpressionType.Int],
            TextParts.Substring),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "replace",
            ExpressionType.String,
            [ExpressionType.String, ExpressionType.String, ExpressionType.String],
            TextParts.Replace),
        Of<ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
            "trim", ExpressionType.String, ExpressionType.String, TextParts.Trim),
    ];

    private static IEnumerable<Function> CalendarOf()
    {
        const long NsPerSecond = 1_000_000_000;
        return
        [
            PartOf("getFullYear", static time => time.Year),
            PartOf("getMonth", static time => time.Month - 1),
            PartOf("getDayOfYear", static time => time.DayOfYear - 1),
            PartOf("getDayOfMonth", static time => time.Day - 1),
            PartOf("getDate", static time => time.Day),
            PartOf("getDayOfWeek", static time => (int)time.DayOfWeek),
            PartOf("getHours", static time => time.Hour),
            PartOf("getMinutes", static time => time.Minute),
            PartOf("getSeconds", static time => time.Second),
            PartOf("getMilliseconds", static time => time.Millisecond),
            CountOf("getHours", 3600 * NsPerSecond),
            CountOf("getMinutes", 60 * NsPerSecond),
            CountOf("getSeconds", NsPerSecond),
        ];

        static Function PartOf(string name, Func<DateTime, int> part) =>
            Of(name, ExpressionType.Int, ExpressionType.Timestamp, Calendar.PartOfTime(part));

        static Function CountOf(string name, long ns) =>
            Of(name, ExpressionType.Int, ExpressionType.Duration, Calendar.CountOf(ns));
    }

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

    private static Function Of<TFirst, TSecond, TThird, T>(
        string name, ExpressionType result, ExpressionType[] parameters,
        TernaryOperation<TFirst, TSecond, TThird, T> operation)
        where TFirst : allows ref struct
        where TSecond : allows ref struct
        where TThird : allows ref struct
        where T : allows ref struct =>
        new(name, result, parameters, arguments => new TernaryNode<TFirst, TSecond, TThird, T>(
            result, (Node<TFirst>)arguments[0], (Node<TSecond>)arguments[1], (Node<TThird>)arguments[2], operation));

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
