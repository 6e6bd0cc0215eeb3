namespace Mosn.Proxy.Expressions;

/// <summary><c>map[key]</c></summary>
internal sealed class MapValueNode(Node<StringMap> map, Node<ReadOnlySpan<byte>> key)
    : Node<ReadOnlySpan<byte>>(ExpressionType.String)
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out ReadOnlySpan<byte> value)
    {
        if (!map.TryEvaluate(ref evaluation, out StringMap entries)
            || !key.TryEvaluate(ref evaluation, out ReadOnlySpan<byte> wanted))
        {
            value = default;
            return false;
        }
        return entries.TryGet(ref evaluation, wanted, out value);
    }

    public override bool IsPresent(scoped ref Evaluation evaluation) => MapKeyNode.Holds(ref evaluation, map, key);
}

/// <summary><c>key in map</c>; no map has no key.</summary>
internal sealed class MapKeyNode(Node<StringMap> map, Node<ReadOnlySpan<byte>> key) : Node<bool>(ExpressionType.Bool)
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out bool value)
    {
        value = Holds(ref evaluation, map, key);
        return evaluation.Fault == EvaluationFault.None;
    }

    public static bool Holds(scoped ref Evaluation evaluation, Node<StringMap> map, Node<ReadOnlySpan<byte>> key) =>
        map.IsPresent(ref evaluation)
        && map.TryEvaluate(ref evaluation, out StringMap entries)
        && key.TryEvaluate(ref evaluation, out ReadOnlySpan<byte> wanted)
        && entries.Contains(wanted);
}

/// <summary><c>has(part)</c></summary>
internal sealed class PresenceNode(Node part) : Node<bool>(ExpressionType.Bool)
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out bool value)
    {
        value = part.IsPresent(ref evaluation);
        return evaluation.Fault == EvaluationFault.None;
    }
}

/// <summary><c>emptyStringMap()</c></summary>
internal sealed class EmptyMapNode() : Node<StringMap>(ExpressionType.StringMap)
{
    public override bool TryEvaluate(scoped ref Evaluation evaluation, out StringMap value)
    {
        value = default;
        return true;
    }
}
