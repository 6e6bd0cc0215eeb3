using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;

namespace Mosn.Proxy.Routing;

/// <summary>Compiles lists of headers to add and to take off.</summary>
internal sealed class HeaderEditsCompiler(RouteVariables variables)
{
    public HeaderEdits Compile(
        IReadOnlyList<HeaderOptionConfig> add,
        IReadOnlyList<string> remove,
        bool isRequest,
        string place,
        List<string> problems)
    {
        List<HeaderAddition> additions = [];
        foreach (HeaderOptionConfig option in add)
        {
            byte[] name = Encoding.UTF8.GetBytes(option.Key.ToLowerInvariant());
            byte[] value = Encoding.UTF8.GetBytes(option.Value);
            if (!HttpSyntax.IsToken(name))
            {
                problems.Add($"{place}: '{option.Key}' is not a header name");
            }
            else if (!HttpSyntax.IsFieldValue(value))
            {
                problems.Add($"{place}: the value of header '{option.Key}' holds a control character");
            }
            else if (!IsHost(name, isRequest))
            {
                bool isListOfLines = KnownHeaders.Of(name) == KnownHeader.SetCookie;
                additions.Add(new HeaderAddition(name, value, VariableOf(option.Value), option.Append, isListOfLines));
            }
        }
        return new HeaderEdits(
            [.. additions],
            [
                .. remove.Select(static name => Encoding.UTF8.GetBytes(name.ToLowerInvariant()))
                    .Where(name => !IsHost(name, isRequest)),
            ]);
    }

    /// <summary>A request has one host always; <c>host_rewrite</c> is what changes it.</summary>
    private static bool IsHost(byte[] name, bool isRequest) =>
        isRequest && KnownHeaders.Of(name) == KnownHeader.Host;

    /// <summary>Null: the text is meant literally, as <c>%</c> is when no such variable exists.</summary>
    private VariableValue? VariableOf(string text) =>
        text is ['%', _, .., '%'] ? variables.Find(text[1..^1]) : null;
}
