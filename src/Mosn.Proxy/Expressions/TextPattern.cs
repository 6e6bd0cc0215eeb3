using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Mosn.Proxy.Expressions;

/// <summary>A regular expression over UTF-8. Runs in linear time, whatever a client sends. Immutable.</summary>
internal sealed class TextPattern
{
    private const int CharsOnStack = 256;

    private readonly Regex _regex;

    private TextPattern(Regex regex) => _regex = regex;

    /// <param name="problem">What is wrong with the pattern; null on success.</param>
    public static TextPattern? Compile(string pattern, out string? problem)
    {
        problem = null;
        try
        {
            return new TextPattern(new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (ArgumentException e)
        {
            problem = $"not a regular expression: {e.Message}";
        }
        catch (NotSupportedException e)
        {
            problem = $"a regular expression that cannot run in linear time: {e.Message}";
        }
        return null;
    }

    /// <summary>Whether there is a match anywhere in the text.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        if (text.Length <= CharsOnStack)
        {
            Span<char> chars = stackalloc char[CharsOnStack];
            return _regex.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
        }
        char[] rented = ArrayPool<char>.Shared.Rent(text.Length);
        bool isMatch = _regex.IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(text, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return isMatch;
    }
}
