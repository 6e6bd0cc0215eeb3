namespace Mosn.Proxy.Expressions;

/// <summary>What the arithmetic operators do with which types.</summary>
internal static class Operators
{
    /// <summary>Null: the operator does not work with these types.</summary>
    public static Node? Build(string mark, Node left, Node right) => (mark, left.Type, right.Type) switch
    {
        (_, ExpressionType.Int, ExpressionType.Int) => Integers(mark, left, right),
        (_, ExpressionType.Double, ExpressionType.Double) => Doubles(mark, left, right),
        ("+", ExpressionType.String, ExpressionType.String) =>
            new BinaryNode<ReadOnlySpan<byte>, ReadOnlySpan<byte>, ReadOnlySpan<byte>>(
                ExpressionType.String,
                (Node<ReadOnlySpan<byte>>)left,
                (Node<ReadOnlySpan<byte>>)right,
                TextFunctions.Concat),
        ("+", ExpressionType.Duration, ExpressionType.Duration) =>
            Of(ExpressionType.Duration, left, right, Arithmetic.Add),
        ("-", ExpressionType.Duration, ExpressionType.Duration) =>
            Of(ExpressionType.Duration, left, right, Arithmetic.Subtract),
        ("+", ExpressionType.Timestamp, ExpressionType.Duration) =>
            Of(ExpressionType.Timestamp, left, right, Arithmetic.AddToTime),
        ("+", ExpressionType.Duration, ExpressionType.Timestamp) =>
            Of(ExpressionType.Timestamp, left, right, Arithmetic.AddTime),
        ("-", ExpressionType.Timestamp, ExpressionType.Duration) =>
            Of(ExpressionType.Timestamp, left, right, Arithmetic.SubtractFromTime),
        ("-", ExpressionType.Timestamp, ExpressionType.Timestamp) =>
            Of(ExpressionType.Duration, left, right, Arithmetic.BetweenTimes),
        _ => null,
    };

    private static Node? Integers(string mark, Node left, Node right) => mark switch
    {
        "+" => Of(ExpressionType.Int, left, right, Arithmetic.Add),
        "-" => Of(ExpressionType.Int, left, right, Arithmetic.Subtract),
        "*" => Of(ExpressionType.Int, left, right, Arithmetic.Multiply),
        "/" => Of(ExpressionType.Int, left, right, Arithmetic.Divide),
        "%" => Of(ExpressionType.Int, left, right, Arithmetic.Remainder),
        _ => null,
    };

    private static Node? Doubles(string mark, Node left, Node right)
    {
        BinaryOperation<double, double, double>? operation = mark switch
        {
            "+" => Arithmetic.Add,
            "-" => Arithmetic.Subtract,
            "*" => Arithmetic.Multiply,
            "/" => Arithmetic.Divide,
            _ => null,
        };
        return operation is null
            ? null
            : new BinaryNode<double, double, double>(
                ExpressionType.Double, (Node<double>)left, (Node<double>)right, operation);
    }

    private static BinaryNode<long, long, long> Of(
        ExpressionType type, Node left, Node right, BinaryOperation<long, long, long> operation) =>
        new(type, (Node<long>)left, (Node<long>)right, operation);
}
