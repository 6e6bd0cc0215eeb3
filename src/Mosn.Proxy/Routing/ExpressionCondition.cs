using Mosn.Proxy.Expressions;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>An expression that must be true of the request; what cannot be evaluated is not (MOSN: dsl_expressions).</summary>
/// <param name="expression">Of type Bool.</param>
internal sealed class ExpressionCondition(Expression expression) : RouteCondition
{
    public override bool Holds(StreamContext stream) => expression.IsTrue(stream);
}
