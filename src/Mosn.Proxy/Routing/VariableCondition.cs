using System.Buffers;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// MOSN's rule by variables. Read from the left; what an "or" follows decides at once if it holds so far, so "and" binds
/// tighter than "or" (MOSN: variable_route.go). Immutable.
/// </summary>
internal sealed class VariableCondition(VariableTerm[] terms) : RouteCondition
{
    public override bool Holds(StreamContext stream)
    {
        bool holds = true;
        bool isJoinedByAnd = true;
        foreach (VariableTerm term in terms)
        {
            // What is false stays false until the next "or": the variable need not be looked at.
            holds = (!isJoinedByAnd || holds) && term.Holds(stream);
            if (holds && term.IsFollowedByOr)
            {
                return true;
            }
            isJoinedByAnd = !term.IsFollowedByOr;
        }
        return holds;
    }
}

/// <summary>One variable and what it must be; one without a value is never so. Immutable.</summary>
/// <param name="IsFollowedByOr">The next term is an alternative, else it must hold, too.</param>
internal sealed record VariableTerm(VariableValue Variable, TextMatch Match, bool IsFollowedByOr)
{
    private const int BytesOnStack = 256;

    public bool Holds(StreamContext stream)
    {
        byte[]? rented = null;
        bool holds = Variable.TryRead(stream, stackalloc byte[BytesOnStack], ref rented, out ReadOnlySpan<byte> value)
            && Match.Takes(value);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
        return holds;
    }
}
