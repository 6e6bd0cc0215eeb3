namespace Mosn.Proxy.Expressions;

/// <summary>Reads an attribute. False: it has no value for this request, or not yet; or the fault says otherwise.</summary>
internal delegate bool AttributeReader<T>(scoped ref Evaluation evaluation, out T value)
    where T : allows ref struct;

/// <summary>An attribute of the request.</summary>
internal sealed class AttributeNode<T>(ExpressionType type, AttributeReader<T> reader) : Node<T>(type)
    where T : allows ref struct
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out T value)
    {
        if (reader(ref evaluation, out value))
        {
            return true;
        }
        return evaluation.Fault == EvaluationFault.None && evaluation.Fail(EvaluationFault.MissingAttribute);
    }

    public override bool IsPresent(scoped ref Evaluation evaluation) => reader(ref evaluation, out _);
}

/// <summary>The object <c>ctx</c>: no value, only the functions on it.</summary>
internal sealed class ContextNode() : Node(ExpressionType.Context)
{
    public override bool TryRun(scoped ref Evaluation evaluation) => true;
}
