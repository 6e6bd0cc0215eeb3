using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Replaces every match of a pattern in the path. A path without a match costs no allocation, and neither does a
/// replacement that refers to no group. One that does makes .NET give out the groups and the result as objects: the one
/// thing in a route that allocates.
/// </summary>
internal sealed partial class PatternRewrite : IPathRewrite
{
    private readonly Regex _regex;
    private readonly string _replacement;

    /// <summary>The replacement if it is the same for all matches; else null.</summary>
    private readonly string? _literal;

    /// <param name="template">As Go's Regexp.Expand has it: <c>$1</c>, <c>${1}</c>, <c>${name}</c>, <c>$$</c>.</param>
    public PatternRewrite(BytePattern pattern, string template)
    {
        _regex = pattern.Regex;
        bool refersToGroups = false;
        _replacement = GoReference().Replace(template, match =>
        {
            string name = match.Groups["name"].Value;
            if (match.Value is "$$" or "$")
            {
                return "$$";
            }

            // A group that the pattern does not have stands for nothing; .NET would print the reference itself.
            if (_regex.GroupNumberFromName(name) < 0)
            {
                return "";
            }
            refersToGroups = true;
            return $"${{{name}}}";
        });
        _literal = refersToGroups ? null : _replacement.Replace("$$", "$", StringComparison.Ordinal);
    }

    public void Apply(RequestHead request)
    {
        int length = request.Path.Length;
        byte[] normal = ArrayPool<byte>.Shared.Rent(length);
        char[] chars = ArrayPool<char>.Shared.Rent(length);
        int normalLength = RequestPath.Normalise(request.Path, normal);
        ReadOnlySpan<char> path = chars.AsSpan(0, Encoding.UTF8.GetChars(normal.AsSpan(0, normalLength), chars));
        if (_literal is null)
        {
            ReplaceByGroups(request, path);
        }
        else
        {
            ReplaceByLiteral(request, path, _literal);
        }
        ArrayPool<char>.Shared.Return(chars);
        ArrayPool<byte>.Shared.Return(normal);
    }

    private void ReplaceByGroups(RequestHead request, ReadOnlySpan<char> path)
    {
        if (_regex.IsMatch(path))
        {
            SetPath(request, path, _regex.Replace(path.ToString(), _replacement));
        }
    }

    private void ReplaceByLiteral(RequestHead request, ReadOnlySpan<char> path, string literal)
    {
        int count = _regex.Count(path);
        if (count == 0)
        {
            return;
        }
        char[] replaced = ArrayPool<char>.Shared.Rent(checked(path.Length + (count * literal.Length)));
        int from = 0;
        int written = 0;
        foreach (ValueMatch match in _regex.EnumerateMatches(path))
        {
            path[from..match.Index].CopyTo(replaced.AsSpan(written));
            written += match.Index - from;
            literal.CopyTo(replaced.AsSpan(written));
            written += literal.Length;
            from = match.Index + match.Length;
        }
        path[from..].CopyTo(replaced.AsSpan(written));
        written += path.Length - from;
        SetPath(request, path, replaced.AsSpan(0, written));
        ArrayPool<char>.Shared.Return(replaced);
    }

    /// <summary>Takes over what came out, unless nothing has changed.</summary>
    private static void SetPath(RequestHead request, ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        if (after.SequenceEqual(before))
        {
            return;
        }
        byte[] bytes = ArrayPool<byte>.Shared.Rent(1 + Encoding.UTF8.GetMaxByteCount(after.Length));
        bytes[0] = (byte)'/';
        int slash = after.StartsWith('/') ? 0 : 1;
        int length = slash + Encoding.UTF8.GetBytes(after, bytes.AsSpan(slash));
        byte[] encoded = ArrayPool<byte>.Shared.Rent(RequestPath.EncodedLengthMax(length));
        int encodedLength = RequestPath.Encode(bytes.AsSpan(0, length), encoded);
        IPathRewrite.Replace(request, encoded.AsSpan(0, encodedLength));
        ArrayPool<byte>.Shared.Return(encoded);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    // Longest name wins: in Go, $1x is the group "1x" and not the first group before an x.
    [GeneratedRegex(@"\$(\$|\{(?<name>\w+)\}|(?<name>\w+))?")]
    private static partial Regex GoReference();
}
