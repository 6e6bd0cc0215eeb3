using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mosn.Fuzz;

/// <summary>What must hold for any input. Not assertions of the code under test: what can be said of it from outside.</summary>
internal static class Oracle
{
    public static void That(
        [DoesNotReturnIf(false)] bool holds, string what, [CallerArgumentExpression(nameof(holds))] string expression = "")
    {
        if (!holds)
        {
            throw new OracleException($"{what}: '{expression}' does not hold");
        }
    }

    public static void Same<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new OracleException($"{what}: expected {expected}, got {actual}");
        }
    }

    public static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new OracleException($"{what}: expected {Show(expected)}, got {Show(actual)}");
        }
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        System.Text.Json.JsonSerializer.Serialize(Encoding.Latin1.GetString(bytes), ShownText.Default.String);
}

/// <summary>A finding.</summary>
internal sealed class OracleException(string message) : Exception(message);

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class ShownText : System.Text.Json.Serialization.JsonSerializerContext;
