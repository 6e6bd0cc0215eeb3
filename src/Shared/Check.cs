using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Mosn;

/// <summary>
/// Invariants that hold in release builds too. A violation is a bug of ours, never something that a peer or a
/// configuration can cause: tests stop on it; in production the event loop ends that one connection and counts it.
/// </summary>
internal static class Check
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That(
        [DoesNotReturnIf(false)] bool invariant,
        [CallerArgumentExpression(nameof(invariant))] string expression = "",
        [CallerMemberName] string member = "",
        [CallerLineNumber] int line = 0)
    {
        if (!invariant)
        {
            Fail(expression, member, line);
        }
    }

    [DoesNotReturn]
    private static void Fail(string expression, string member, int line) =>
        throw new InvariantException($"'{expression}' does not hold in {member}, line {line}.");
}

/// <summary>A bug of ours, found by <see cref="Check"/>.</summary>
internal sealed class InvariantException(string message) : Exception(message);
