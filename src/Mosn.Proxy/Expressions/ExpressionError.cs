namespace Mosn.Proxy.Expressions;

/// <summary>Why a text is no expression, for its author.</summary>
/// <param name="Message">What is wrong, without its place.</param>
/// <param name="Column">Where, in UTF-16 units, from 1; one behind the end if something is missing there.</param>
/// <param name="Suggestion">The nearest name that exists; null: none is near.</param>
internal sealed record ExpressionError(string Message, int Column, string? Suggestion = null)
{
    public override string ToString() => Suggestion is null
        ? $"{Message} (character {Column})"
        : $"{Message} (character {Column}); did you mean '{Suggestion}'?";
}
