using System.Text;
using System.Text.RegularExpressions;
using Mosn.Protocols;
using Mosn.Proxy.Streams;

namespace Mosn.Proxy.Routing;

/// <summary>
/// Replaces every match of a pattern in the path. The one thing in a route that allocates: .NET gives captures and the
/// result as objects.
/// </summary>
internal sealed partial class PatternRewrite : IPathRewrite
{
    private readonly Regex _regex;
    private readonly string _replacement;

    /// <param name="template">As Go's Regexp.Expand has it: <c>$1</c>, <c>${1}</c>, <c>${name}</c>, <c>$$</c>.</param>
    public PatternRewrite(BytePattern pattern, string template)
    {
        _regex = pattern.Regex;
        _replacement = GoReference().Replace(template, match =>
        {
            string name = match.Groups["name"].Value;
            if (match.Value is "$$" or "$")
            {
                return "$$";
            }

            // A group that the pattern does not have stands for nothing; .NET would print the reference itself.
            return _regex.GroupNumberFromName(name) < 0 ? "" : $"${{{name}}}";
        });
    }

    public void Apply(RequestHead request)
    {
        byte[] normal = new byte[request.Path.Length];
        string path = Encoding.UTF8.GetString(normal.AsSpan(0, RequestPath.Normalise(request.Path, normal)));
        string replaced = _regex.Replace(path, _replacement);
        if (replaced == path)
        {
            return;
        }
        byte[] bytes = Encoding.UTF8.GetBytes(replaced.StartsWith('/') ? replaced : $"/{replaced}");
        byte[] encoded = new byte[RequestPath.EncodedLengthMax(bytes.Length)];
        IPathRewrite.Replace(request, encoded.AsSpan(0, RequestPath.Encode(bytes, encoded)));
    }

    // Longest name wins: in Go, $1x is the group "1x" and not the first group before an x.
    [GeneratedRegex(@"\$(\$|\{(?<name>\w+)\}|(?<name>\w+))?")]
    private static partial Regex GoReference();
}
