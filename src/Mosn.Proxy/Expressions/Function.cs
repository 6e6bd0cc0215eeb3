namespace Mosn.Proxy.Expressions;

/// <summary>One form of a function: a name may have several, told apart by the types of the arguments. Immutable.</summary>
/// <param name="Parameters">The first is the receiver when the function is called on a value.</param>
/// <param name="Build">Gets arguments of these types.</param>
internal sealed record Function(
    string Name, ExpressionType Result, ExpressionType[] Parameters, Func<Node[], Node> Build)
{
    /// <summary>For example <c>match(string, string)</c>.</summary>
    public string Signature => $"{Name}({string.Join(", ", Parameters.Select(ExpressionTypes.NameOf))})";
}
