using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

/// <summary>Whatever is wrong with a configuration: what is said about it holds nothing that opens a door.</summary>
public class SecretTests
{
    // Pieces of one secret each; not one of them may be seen.
    private const string Begin = "-----BEGIN PRIVATE KEY-----", End = "-----END PRIVATE KEY-----";
    private const string KeyLine = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkqD3u5mUHYTzqK2P";
    private const string KeyTail = "hEq8vTzE9Zb4n1Qp2Xs=";
    private const string Password = "correct horse", Bare = "hunter";

    private const string InlineKey = Begin + "\\n" + KeyLine + "\\n" + KeyTail + "\\n" + End;

    public static TheoryData<string> WrongJson =>
    [
        // Of the wrong kind, in the wrong place, beside a mistake.
        Tls($$"""{"private_key": ["{{InlineKey}}"]}"""),
        Tls($$"""{"private_key": {"inline_string": "{{InlineKey}}"} }"""),
        Tls("""{"private_key": 4711471147114711}"""),
        Tls($$"""{"private_key": "{{InlineKey}}", "status": "{{InlineKey}}"}"""),
        Tls($$"""{"status": "{{KeyLine}}"}"""),
        Tls($$"""{"min_version": "{{InlineKey}}"}"""),
        Tls($$"""{"private_keyy": "{{InlineKey}}"}"""),
        Tls($"\"{InlineKey}\""),
        Tls($"[\"{InlineKey}\"]"),
        Tls($$"""{"private_key": "{{InlineKey}}", "private_key": "{{InlineKey}}"}"""),
        Tls($$"""{"private_key": {{KeyLine}} }"""),
        Tls($$"""{"private_key": "{{Begin}}"{{KeyLine}} }"""),
        Tls("{\"private_key\":\n\"" + Begin + "\n" + KeyLine + "\n" + KeyTail + "\"}"),
        Tls($$"""{"callbacks": "{{InlineKey}}"}"""),
        Header($$"""{"name": "authorization", "value": 4711471147114711}"""),
        Header($$"""{"name": "authorization", "value": "Basic {{Password}}", "regexx": true}"""),
        Header($$"""{"name": "x-api-key", "value": "({{Password}}", "regex": true}"""),
        Header($$"""{"name": "Cookie", "value": "{{Password}}", "regex": "{{KeyLine}}"}"""),
        $$"""{"password": {{Bare}} }""",
        $$"""{"servers": [{"processor": "{{InlineKey}}", "graceful_timeout": "{{InlineKey}}"}]}""",
        $$"""{"servers": [{"listeners": [{"name": "l", "address": "{{InlineKey}}"}]}], "pid": 7}""",
    ];

    public static TheoryData<string> WrongYaml =>
    [
        YamlKey("  private_key: |\n", "    "),
        YamlKey("  private_key: |\n", "    ", "\n      tail: [\n"),
        YamlKey("  private_key: >-\n", "    "),
        YamlKey("  private_key: \"", "    "),
        YamlKey("  private_key:\n", "    "),
        YamlKey("  private_key: |\n", ""), // Not indented: what follows is no block any more.
        YamlKey("  private_key: |\n", "\t"),
        YamlKey("  status: |\n", "    "),
        YamlKey("  min_version: |\n", "    "),
        YamlKey("  -", "    "),
        $"servers:\n- processor: |\n    {Begin}\n    {KeyLine}\n",
        $"password: *{Bare}\n",
        $"password: !{Bare}!x {Bare}\n",
        $"token: \"{Password}\nservers: [\n",
        $"servers:\n- {KeyLine}\n- {KeyTail}\n",
        $"servers:\n  listeners\n  {KeyLine}: [\n  {KeyTail}\n",
    ];

    [Theory]
    [MemberData(nameof(WrongJson))]
    public void No_problem_of_a_json_file_shows_a_secret(string json) => AssertHidden(json, ConfigFormat.Json);

    [Theory]
    [MemberData(nameof(WrongYaml))]
    public void No_problem_of_a_yaml_file_shows_a_secret(string yaml) => AssertHidden(yaml, ConfigFormat.Yaml);

    [Fact]
    public void A_dump_hides_a_key_also_where_no_key_belongs()
    {
        string json = $$"""
            {"servers": [{"listeners": [{
              "name": "l", "address": "127.0.0.1:80",
              "filter_chains": [{"tls_context": {
                "status": true, "cert_chain": "{{InlineKey}}", "private_key": "{{InlineKey}}", "callbacks": ["{{InlineKey}}"]
              }, "filters": [{"type": "tcp_proxy", "config": {"cluster": "c"} }] }]
            }]}], "cluster_manager": {"clusters": [{"name": "c", "type": "SIMPLE", "lb_type": "LB_RANDOM"}]} }
            """;
        ConfigLoadResult result = ConfigLoader.LoadText(Encoding.UTF8.GetBytes(json), ConfigFormat.Json, "mosn.json");
        Assert.False(result.HasErrors, string.Join('\n', result.Problems));
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            ConfigJsonWriter.WriteDump(writer, result.Config!);
        }
        string dump = Encoding.UTF8.GetString(stream.ToArray());
        Assert.Contains("cert_chain", dump, StringComparison.Ordinal);
        AssertHidden(dump);
    }

    [Fact]
    public void What_is_no_secret_is_still_shown()
    {
        const string Json = """
            {"servers": [{"processor": 1.5, "graceful_timeout": "30x",
              "listeners": [{"name": "l", "address": "/var/lib/mosn2/very/long/path/to/some/where/socket.sock:x:y"}]}]}
            """;
        string text = Print(ConfigLoader.LoadText(Encoding.UTF8.GetBytes(Json), ConfigFormat.Json, "mosn.json"));
        Assert.Contains("30x", text, StringComparison.Ordinal);
        Assert.Contains("1.5", text, StringComparison.Ordinal);
        Assert.Contains("{\"servers\": [{\"processor\"", text, StringComparison.Ordinal);
    }

    private static void AssertHidden(string config, ConfigFormat format)
    {
        ConfigLoadResult result = ConfigLoader.LoadText(Encoding.UTF8.GetBytes(config), format, "mosn.conf");
        Assert.NotEmpty(result.Problems);
        AssertHidden(Print(result));
    }

    private static void AssertHidden(string text)
    {
        foreach (string piece in (string[])[KeyLine[..16], KeyLine[20..36], KeyTail[..12], "4711", Password, Bare])
        {
            Assert.DoesNotContain(piece, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Print(ConfigLoadResult result)
    {
        using StringWriter text = new();
        ConfigProblemText.Write(text, result.Problems);
        using MemoryStream json = new();
        ConfigProblemText.WriteJson(json, result.Problems);
        return text + Encoding.UTF8.GetString(json.ToArray());
    }

    private static string Tls(string context) => $$"""
        {"servers": [{"listeners": [{
          "name": "l", "address": "127.0.0.1:80",
          "filter_chains": [{"tls_context": {{context}} }]
        }]}]}
        """;

    private static string Header(string header) => $$"""
        {"servers": [{"routers": [{"router_config_name": "r", "virtual_hosts": [{
          "name": "v", "domains": ["*"],
          "routers": [{"match": {"prefix": "/", "headers": [{{header}}]}, "route": {"cluster_name": "c"} }]
        }]}]}]}
        """;

    private static string YamlKey(string key, string indent, string after = "\n") =>
        $"cluster_manager:\n  tls_context:\n  {key}  {indent}{Begin}\n  {indent}{KeyLine}\n  {indent}{KeyTail}\n  {indent}{End}{after}";
}
