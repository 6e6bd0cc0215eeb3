namespace Mosn.Proxy.Expressions;

/// <summary>
/// <c>&amp;&amp;</c> and <c>||</c>. An operand that decides makes the faults of the others not matter, as in CEL.
/// </summary>
/// <param name="decisive">The value of an operand that ends the matter.</param>
internal sealed class LogicNode(Node<bool>[] operands, bool decisive) : Node<bool>(ExpressionType.Bool)
{
    public override bool IsConstant => Array.TrueForAll(operands, static operand => operand.IsConstant);

    public override bool TryEvaluate(scoped ref Evaluation evaluation, out bool value)
    {
        EvaluationFault fault = EvaluationFault.None;
        foreach (Node<bool> operand in operands)
        {
            if (!operand.TryEvaluate(ref evaluation, out bool result))
            {
                fault = fault == EvaluationFault.None ? evaluation.Fault : fault;
                evaluation.Fault = EvaluationFault.None;
            }
            else if (result == decisive)
            {
                value = decisive;
                return true;
            }
        }
        value = !decisive;
        evaluation.Fault = fault;
        return fault == EvaluationFault.None;
    }
}

/// <summary><c>conditional</c> and <c>? :</c>. Only the chosen side is evaluated.</summary>
internal sealed class ConditionalNode<T>(Node<bool> condition, Node<T> yes, Node<T> no) : Node<T>(yes.Type)
    where T : allows ref struct
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        if (!condition.TryEvaluate(ref evaluation, out bool holds))
        {
            value = default!;
            return false;
        }
        return (holds ? yes : no).TryEvaluate(ref evaluation, out value);
    }
}

/// <summary><c>a | b | c</c>: the first that is present, or the last.</summary>
internal sealed class PickNode<T>(Node<T>[] operands) : Node<T>(operands[0].Type)
    where T : allows ref struct
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        foreach (Node<T> operand in operands.AsSpan(0, operands.Length - 1))
        {
            if (operand.IsPresent(ref evaluation))
            {
                return operand.TryEvaluate(ref evaluation, out value);
            }
            if (evaluation.Fault != EvaluationFault.None)
            {
                value = default!;
                return false;
            }
        }
        return operands[^1].TryEvaluate(ref evaluation, out value);
    }
}
