using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Expressions;

/// <summary>Computes a value from one other. False: the fault is set.</summary>
internal delegate bool UnaryOperation<TOperand, T>(scoped ref Evaluation evaluation, TOperand operand, out T value)
    where TOperand : allows ref struct
    where T : allows ref struct;

/// <summary>Computes a value from two others. False: the fault is set.</summary>
internal delegate bool BinaryOperation<TLeft, TRight, T>(
    scoped ref Evaluation evaluation, TLeft left, TRight right, out T value)
    where TLeft : allows ref struct
    where TRight : allows ref struct
    where T : allows ref struct;

/// <param name="isPure">It does nothing but compute.</param>
internal sealed class UnaryNode<TOperand, T>(
    ExpressionType type, Node<TOperand> operand, UnaryOperation<TOperand, T> operation, bool isPure = true)
    : Node<T>(type)
    where TOperand : allows ref struct
    where T : allows ref struct
{
    public override bool IsConstant => isPure && operand.IsConstant;

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        if (!operand.TryEvaluate(ref evaluation, out TOperand input))
        {
            value = default!;
            return false;
        }
        return operation(ref evaluation, input, out value);
    }
}

/// <param name="isPure">It does nothing but compute.</param>
internal sealed class BinaryNode<TLeft, TRight, T>(
    ExpressionType type,
    Node<TLeft> left,
    Node<TRight> right,
    BinaryOperation<TLeft, TRight, T> operation,
    bool isPure = true) : Node<T>(type)
    where TLeft : allows ref struct
    where TRight : allows ref struct
    where T : allows ref struct
{
    public override bool IsConstant => isPure && left.IsConstant && right.IsConstant;

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        if (!left.TryEvaluate(ref evaluation, out TLeft first) || !right.TryEvaluate(ref evaluation, out TRight second))
        {
            value = default!;
            return false;
        }
        return operation(ref evaluation, first, second, out value);
    }
}

/// <summary>Computes a value from three others. False: the fault is set.</summary>
internal delegate bool TernaryOperation<TFirst, TSecond, TThird, T>(
    scoped ref Evaluation evaluation, TFirst first, TSecond second, TThird third, out T value)
    where TFirst : allows ref struct
    where TSecond : allows ref struct
    where TThird : allows ref struct
    where T : allows ref struct;

internal sealed class TernaryNode<TFirst, TSecond, TThird, T>(
    ExpressionType type,
    Node<TFirst> first,
    Node<TSecond> second,
    Node<TThird> third,
    TernaryOperation<TFirst, TSecond, TThird, T> operation) : Node<T>(type)
    where TFirst : allows ref struct
    where TSecond : allows ref struct
    where TThird : allows ref struct
    where T : allows ref struct
{
    public override bool IsConstant => first.IsConstant && second.IsConstant && third.IsConstant;

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        if (!first.TryEvaluate(ref evaluation, out TFirst one) || !second.TryEvaluate(ref evaluation, out TSecond two)
            || !third.TryEvaluate(ref evaluation, out TThird three))
        {
            value = default!;
            return false;
        }
        return operation(ref evaluation, one, two, three, out value);
    }
}

/// <summary><c>matches</c></summary>
internal sealed class MatchesNode(Node<ReadOnlySpan<byte>> text, BytePattern pattern) : Node<bool>(ExpressionType.Bool)
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out bool value)
    {
        bool isThere = text.TryEvaluate(ref evaluation, out ReadOnlySpan<byte> input);
        value = isThere && pattern.IsMatch(input);
        return isThere;
    }
}
