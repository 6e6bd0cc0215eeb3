using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Tests.Repo;

/// <summary>What the guide says can be written can be written.</summary>
public sealed partial class DocsTests
{
    private const string Whole =
        """
        {
          "servers": [{
            "listeners": [{
              "name": "in", "address": "127.0.0.1:80", "bind_port": true, "stream_filters": [],
              "filter_chains": [{ "filters": [{ "type": "proxy", "config": {
                "downstream_protocol": "Http1", "router_config_name": "main"
              } }] }]
            }],
            "routers": [{
              "router_config_name": "main", "virtual_hosts": [{ "name": "all", "domains": ["*"], "routers": [] }]
            }]
          }],
          "cluster_manager": { "clusters": [{ "name": "shop", "hosts": [{ "address": "127.0.0.1:81" }] }] }
        }
        """;

    /// <summary>Members that only what stands at that place has, and the place.</summary>
    private static readonly (string Member, string Place)[] s_places =
    [
        ("servers", ""), ("cluster_manager", ""), ("admin", ""), ("metrics", ""),
        ("stream_filters", "servers.0.listeners.0"),
        ("downstream_protocol", "servers.0.listeners.0.filter_chains.0.filters.0.config"),
        ("config", "servers.0.listeners.0.stream_filters.0"),
        ("virtual_hosts", "servers.0.routers.0"),
        ("match", "servers.0.routers.0.virtual_hosts.0.routers.0"),
        ("per_filter_config", "servers.0.routers.0.virtual_hosts.0.routers.0"),
        ("prefix", "servers.0.routers.0.virtual_hosts.0.routers.0.match"),
        ("variables", "servers.0.routers.0.virtual_hosts.0.routers.0.match"),
        ("cluster_name", "servers.0.routers.0.virtual_hosts.0.routers.0.route"),
        ("outlier_detection", "cluster_manager.clusters.0"),
        ("name", "cluster_manager.clusters.0"),
    ];

    public static TheoryData<string, int, string> Examples()
    {
        TheoryData<string, int, string> examples = [];
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md").Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(file);
            foreach (Match block in JsonBlock().Matches(text))
            {
                int line = text.AsSpan(0, block.Index).Count('\n') + 1;
                examples.Add(Path.GetFileName(file), line, block.Groups[1].Value);
            }
        }
        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_passes_a_strict_check(string file, int line, string example)
    {
        string text = example.TrimStart().StartsWith('{') ? example : $"{{{example}}}";
        JsonObject part = JsonNode.Parse(text)!.AsObject();
        (string Member, string Place)? place = s_places.Where(place => part.ContainsKey(place.Member))
            .Select(static place => ((string, string)?)place).FirstOrDefault();
        Assert.True(place is not null, $"{file}:{line}: the test does not know where this belongs");

        JsonObject whole = JsonNode.Parse(Whole)!.AsObject();
        Merge(Find(whole, place.Value.Place), part);
        Extensions extensions = Extensions.BuiltIn();
        ConfigLoadResult result = ConfigLoader.LoadText(
            Encoding.UTF8.GetBytes(whole.ToJsonString()), ConfigFormat.Json, $"{file}:{line}",
            new ConfigLoadOptions
            {
                IsStrict = true,
                Syntax = ConfigSyntaxes.BuiltIn,
                Protocols = extensions.Protocols.Names,
                UpstreamProtocols = extensions.UpstreamProtocols.Names,
                StreamFilters = extensions.StreamFilters.Types,
            });
        string[] wrong =
        [
            .. result.Problems.Where(static problem => problem.Severity == ConfigSeverity.Error
                || problem.Message.Contains("not supported", StringComparison.Ordinal)
                || problem.Message.Contains("no effect", StringComparison.Ordinal)).Select(ConfigProblemText.Format),
        ];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    /// <summary>The object at a place; made, with the lists and objects on the way, if it is not there.</summary>
    private static JsonObject Find(JsonObject root, string place)
    {
        JsonNode node = root;
        foreach (string step in place.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (node is JsonArray list)
            {
                if (list.Count == 0)
                {
                    list.Add(new JsonObject());
                }
                node = list[0]!;
            }
            else
            {
                node = node[step] ??= new JsonObject();
            }
        }
        return node.AsObject();
    }

    private static void Merge(JsonObject into, JsonObject part)
    {
        foreach ((string name, JsonNode? value) in part)
        {
            into[name] = value?.DeepClone();
        }
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
