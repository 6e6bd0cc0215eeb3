namespace Mosn.Proxy.Expressions;

/// <summary>A part of a compiled expression. Immutable, shared by all loops.</summary>
internal abstract class Node(ExpressionType type)
{
    public ExpressionType Type => type;

    /// <summary>Its value is the same for all requests.</summary>
    public virtual bool IsConstant => false;

    /// <summary>Evaluates it for what it does, not for its value.</summary>
    /// <returns>False: it could not be evaluated; the fault says why.</returns>
    public abstract bool TryRun(scoped ref Evaluation evaluation);

    /// <summary>
    /// Whether <c>|</c> takes this operand: an attribute that has a value, a map that has the key, anything else.
    /// </summary>
    public virtual bool IsPresent(scoped ref Evaluation evaluation) => true;
}

/// <summary>A part whose value is a <typeparamref name="T"/>. Several types of the language may share one.</summary>
/// <typeparam name="T">
/// bool; long for Int, Duration and Timestamp; double; span of bytes for String, Email, Uri and DnsName; StringMap;
/// UInt128 for Ip.
/// </typeparam>
internal abstract class Node<T>(ExpressionType type) : Node(type)
    where T : allows ref struct
{
    /// <summary>Texts are valid until the end of the evaluation and until a header is changed.</summary>
    /// <returns>False: there is no value, and the fault says why.</returns>
    public abstract bool TryEvaluate(scoped ref Evaluation evaluation, out T value);

    public sealed override bool TryRun(scoped ref Evaluation evaluation) => TryEvaluate(ref evaluation, out _);
}
