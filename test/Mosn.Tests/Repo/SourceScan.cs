using System.Text.RegularExpressions;

namespace Mosn.Tests.Repo;

/// <summary>
/// The rules that can be read off one source file. Works on text, so that a test can show it a violation that is not
/// in the tree.
/// </summary>
internal static partial class SourceScan
{
    private const int FileLinesMax = 600;
    private const int LineLengthMax = 140; // Style says about 120; this is where nobody can mean it any more.

    /// <summary>
    /// Which folder of Mosn.Proxy may use which others. The picture is in ARCHITECTURE.md; this is what holds it true.
    /// Every folder may also use Mosn.Transport and Mosn.Protocols, except as <see cref="Foreign"/> says.
    /// </summary>
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Config"] = [],
        ["Observability"] = ["Config"],
        ["Network"] = ["Config", "Observability"],
        ["Streams"] = ["Config", "Observability", "Network"],
        ["Routing"] = ["Config", "Observability", "Network", "Streams", "Upstream", "Expressions"],
        ["Upstream"] = ["Config", "Observability", "Network", "Streams"],
        ["Balancing"] = ["Config", "Observability", "Network", "Streams", "Upstream"],
        ["Health"] = ["Config", "Observability", "Network", "Streams", "Upstream"],
        ["Discovery"] = ["Config", "Observability", "Network", "Streams", "Upstream"],
        ["Expressions"] = ["Config", "Observability", "Network", "Streams"],
        ["Grpc"] = ["Config", "Observability", "Network", "Streams", "Upstream"],
        ["Forwarding"] = ["Config", "Observability", "Network", "Streams", "Upstream", "Routing"],
        ["Filters"] =
            ["Config", "Observability", "Network", "Streams", "Upstream", "Expressions", "Routing", "Forwarding"],
        ["Admin"] = ["Config", "Observability", "Network", "Streams", "Upstream", "Health", "Routing", "Forwarding", "Filters"],
        ["Upgrade"] = ["Config", "Observability", "Network", "Streams", "Upstream", "Routing", "Forwarding", "Filters"],
        ["Server"] =
        [
            "Config", "Observability", "Network", "Streams", "Upstream", "Balancing", "Health", "Discovery", "Expressions",
            "Routing", "Forwarding", "Filters", "Admin", "Upgrade", "Grpc",
        ],
    };

    /// <summary>Namespaces that a project must not see, whatever its project file says.</summary>
    private static readonly Dictionary<string, string[]> Foreign = new(StringComparer.Ordinal)
    {
        ["Mosn.Transport"] = ["Mosn.Protocols", "Mosn.Proxy", "Mosn.Xds", "Mosn.Cli"],
        ["Mosn.Protocols"] = ["Mosn.Transport", "Mosn.Proxy", "Mosn.Xds", "Mosn.Cli"],
        ["Mosn.Proxy"] = ["Mosn.Xds", "Mosn.Cli"],
        ["Mosn.Xds"] = ["Mosn.Cli"],
        ["Mosn.Cli"] = [],
    };

    /// <param name="path">Relative to the repository, with slashes, e.g. "src/Mosn.Proxy/Server/Lifecycle.cs".</param>
    /// <returns>One sentence for each violation.</returns>
    public static IEnumerable<string> Problems(string path, string text)
    {
        string[] lines = text.Split('\n');
        string[] parts = path.Split('/');
        bool isProduct = parts[0] == "src" && parts[1] != "Shared";
        return
        [
            .. Lines(path, lines),
            .. isProduct ? Namespace(path, parts, text) : [],
            .. isProduct ? Dependencies(path, parts, text) : [],
            .. isProduct ? Unsafe(path, parts[1], text) : [],
        ];
    }

    private static IEnumerable<string> Lines(string path, string[] lines)
    {
        if (lines.Length > FileLinesMax)
        {
            yield return $"{path} has {lines.Length} lines; more than {FileLinesMax} hold more than one idea";
        }
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > LineLengthMax)
            {
                yield return $"{path}:{i + 1} is {lines[i].Length} columns wide";
            }
            if (Unfinished().IsMatch(lines[i]))
            {
                yield return $"{path}:{i + 1} leaves work unfinished";
            }
        }
    }

    private static IEnumerable<string> Namespace(string path, string[] parts, string text)
    {
        string expected = string.Join('.', parts[1..^1]);
        string actual = NamespaceLine().Match(text).Groups[1].Value;
        if (actual.Length > 0 && actual != expected)
        {
            yield return $"{path} has namespace {actual}, its folder says {expected}";
        }
        if (parts.Length > 4)
        {
            yield return $"{path} lies deeper than a project and one folder";
        }
    }

    private static IEnumerable<string> Dependencies(string path, string[] parts, string text)
    {
        string project = parts[1];
        string folder = parts.Length > 3 ? parts[2] : "";
        foreach (Match match in MosnName().Matches(WithoutDocReferences(text)))
        {
            string used = match.Value;
            if (Foreign[project].Any(banned => used.StartsWith(banned, StringComparison.Ordinal)))
            {
                yield return $"{path} must not use {used}";
            }
            if (project == "Mosn.Proxy" && used.StartsWith("Mosn.Proxy.", StringComparison.Ordinal))
            {
                string target = used.Split('.')[2];
                if (!Arrows.TryGetValue(folder, out string[]? allowed))
                {
                    yield return $"{path}: the folder {folder} has no arrows in SourceScan";
                }
                else if (target != folder && Arrows.ContainsKey(target) && !allowed.Contains(target))
                {
                    yield return $"{path} must not use {used}: there is no arrow from {folder} to {target}";
                }
            }
        }
    }

    private static IEnumerable<string> Unsafe(string path, string project, string text)
    {
        if (project != "Mosn.Transport" && UnsafeCode().IsMatch(WithoutComments(text)))
        {
            yield return $"{path} has unsafe code or a P/Invoke; those live in Mosn.Transport";
        }
    }

    private static string WithoutDocReferences(string text) => DocReference().Replace(text, "");

    private static string WithoutComments(string text) => Comment().Replace(text, "");

    // Written in two pieces, so that this file does not accuse itself.
    [GeneratedRegex("\\b(TO" + "DO|FIX" + "ME|HA" + "CK|XX" + "X)\\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\bMosn\.(?:Transport|Protocols|Proxy|Xds|Cli)(?:\.[A-Z]\w*)?\b")]
    private static partial Regex MosnName();

    [GeneratedRegex(@"\bunsafe\b|\[(DllImport|LibraryImport)\b|\bUnsafe\.")]
    private static partial Regex UnsafeCode();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"///[^\n]*|^namespace [^\n]*", RegexOptions.Multiline)]
    private static partial Regex DocReference();
}
