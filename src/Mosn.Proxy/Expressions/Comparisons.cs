namespace Mosn.Proxy.Expressions;

/// <summary>The six comparisons, for two values of one type.</summary>
internal static class Comparisons
{
    /// <summary>Null: values of the type cannot be compared in that way.</summary>
    public static Node? Build(string mark, Node left, Node right) => left switch
    {
        Node<bool> x => Ordered(mark, x, (Node<bool>)right),
        Node<long> x => Ordered(mark, x, (Node<long>)right),
        Node<double> x => Ordered(mark, x, (Node<double>)right),
        Node<UInt128> x => Equality<UInt128>(mark, x, (Node<UInt128>)right, static (a, b) => a == b),
        Node<ReadOnlySpan<byte>> x => Texts(mark, x, (Node<ReadOnlySpan<byte>>)right),
        _ => null,
    };

    private static Node? Ordered<T>(string mark, Node<T> left, Node<T> right)
        where T : IComparable<T>, IEquatable<T> => mark switch
    {
        "<" => Compare(left, right, static (scoped ref evaluation, a, b, out value) => Is(a.CompareTo(b) < 0, out value)),
        "<=" => Compare(left, right, static (scoped ref evaluation, a, b, out value) => Is(a.CompareTo(b) <= 0, out value)),
        ">" => Compare(left, right, static (scoped ref evaluation, a, b, out value) => Is(a.CompareTo(b) > 0, out value)),
        ">=" => Compare(left, right, static (scoped ref evaluation, a, b, out value) => Is(a.CompareTo(b) >= 0, out value)),
        _ => Equality(mark, left, right, static (a, b) => a.Equals(b)),
    };

    private static Node? Texts(string mark, Node<ReadOnlySpan<byte>> left, Node<ReadOnlySpan<byte>> right) =>
        (left.Type, mark) switch
        {
            (ExpressionType.Uri, _) => Equality(mark, left, right, UriText.AreEqual),
            (ExpressionType.String, "<") => Compare(
                left, right, static (scoped ref evaluation, a, b, out value) => Is(a.SequenceCompareTo(b) < 0, out value)),
            (ExpressionType.String, "<=") => Compare(
                left, right, static (scoped ref evaluation, a, b, out value) => Is(a.SequenceCompareTo(b) <= 0, out value)),
            (ExpressionType.String, ">") => Compare(
                left, right, static (scoped ref evaluation, a, b, out value) => Is(a.SequenceCompareTo(b) > 0, out value)),
            (ExpressionType.String, ">=") => Compare(
                left, right, static (scoped ref evaluation, a, b, out value) => Is(a.SequenceCompareTo(b) >= 0, out value)),
            _ => Equality(mark, left, right, static (a, b) => a.SequenceEqual(b)),
        };

    private static Node? Equality<T>(string mark, Node<T> left, Node<T> right, AreEqual<T> areEqual)
        where T : allows ref struct => mark switch
    {
        "==" => Compare(left, right, (scoped ref evaluation, a, b, out value) => Is(areEqual(a, b), out value)),
        "!=" => Compare(left, right, (scoped ref evaluation, a, b, out value) => Is(!areEqual(a, b), out value)),
        _ => null,
    };

    private static BinaryNode<T, T, bool> Compare<T>(Node<T> left, Node<T> right, BinaryOperation<T, T, bool> operation)
        where T : allows ref struct => new(ExpressionType.Bool, left, right, operation);

    private static bool Is(bool result, out bool value)
    {
        value = result;
        return true;
    }

    private delegate bool AreEqual<T>(T left, T right)
        where T : allows ref struct;
}
