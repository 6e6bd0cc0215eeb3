using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Mosn.Proxy.Streams;

/// <summary>A regular expression over bytes that are read as UTF-8. Runs in linear time, whatever a client sends.</summary>
internal sealed class BytePattern
{
    private const int CharsOnStack = 256;

    private BytePattern(Regex regex) => Regex = regex;

    public Regex Regex { get; }

    /// <param name="problem">What is wrong with the expression, in words for its author.</param>
    public static bool TryCompile(
        string text, [NotNullWhen(true)] out BytePattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = null;
        try
        {
            pattern = new BytePattern(new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
            return true;
        }
        catch (ArgumentException e)
        {
            problem = $"not a regular expression: {e.Message}";
        }
        catch (NotSupportedException e)
        {
            problem = $"a regular expression that cannot run in linear time: {e.Message}";
        }
        return false;
    }

    /// <summary>Whether there is a match anywhere in the text.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (text.Length <= CharsOnStack)
        {
            Span<char> chars = stackalloc char[CharsOnStack];
            return Regex.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
        }
        char[] rented = ArrayPool<char>.Shared.Rent(text.Length);
        bool isMatch = Regex.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(text, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return isMatch;
    }

    /// <summary>The bytes that the first match takes if it begins with the text; -1: there is no match there.</summary>
    public int MatchLengthAtStart(ReadOnlySpan<byte> text)
    {
        char[] rented = ArrayPool<char>.Shared.Rent(text.Length);
        ReadOnlySpan<char> chars = rented.AsSpan(0, Encoding.UTF8.GetChars(text, rented));
        Regex.ValueMatchEnumerator matches = Regex.EnumerateMatches(chars);
        int length = matches.MoveNext() && matches.Current.Index == 0
            ? Encoding.UTF8.GetByteCount(chars[..matches.Current.Length])
            : -1;
        ArrayPool<char>.Shared.Return(rented);

        // What is no UTF-8 was read as replacement characters, which may be longer than the bytes were.
        return Math.Min(length, text.Length);
    }
}
