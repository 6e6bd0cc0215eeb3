using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public sealed class ConfigProblemTests
{
    [Theory]
    [InlineData("\"bind_prot\": true,", "m.json:5:1: warning: servers[0].listeners[0].bind_prot: "
        + "unknown key: \"bind_prot\"; did you mean 'bind_port'?")]
    [InlineData("\"network\": \"tpc\",", "m.json:5:12: error: servers[0].listeners[0].network: "
        + "unknown network: \"tpc\"; did you mean 'tcp'?")]
    [InlineData("\"bind_port\": 1,", "m.json:5:14: error: servers[0].listeners[0].bind_port: "
        + "wrong kind of value: 1; expected true or false")]
    [InlineData("\"connection_idle_timeout\": 15,", "m.json:5:28: error: servers[0].listeners[0]."
        + "connection_idle_timeout: missing unit: 15; did you mean '15s'?")]
    [InlineData("\"connection_idle_timeout\": \"3 min\",", "m.json:5:28: error: servers[0].listeners[0]."
        + "connection_idle_timeout: unknown unit ' min': \"3 min\"; "
        + "expected a duration such as \"300ms\" or \"1m30s\" (ns, us, ms, s, m, h)")]
    [InlineData("\"backlog\": -1,", "m.json:5:12: error: servers[0].listeners[0].backlog: "
        + "out of range: -1; expected a whole number from 0 to 65535")]
    [InlineData("\"name\": \"k\",", "m.json:5:1: error: servers[0].listeners[0].name: "
        + "'name' is given twice in this object")]
    [InlineData("\"inspector\": true,", "m.json:5:14: warning: servers[0].listeners[0].inspector: "
        + "not supported yet: TLS")]
    [InlineData("\"stream_filters\": [{\"type\": \"fualt\"}],", "m.json:5:29: error: servers[0].listeners[0]."
        + "stream_filters[0].type: unknown stream filter: \"fualt\"; did you mean 'fault'?")]
    [InlineData("\"access_logs\": [{\"log_format\": \"%a% %b\"}],", "m.json:5:32: error: servers[0].listeners[0]."
        + "access_logs[0].log_format: bad access log format: unclosed variable definition at character 5: \"%a% %b\"")]
    [InlineData("\"use_original_dst\": \"Redirect\",", "m.json:5:21: warning: servers[0].listeners[0]."
        + "use_original_dst: write this original destination mode as 'redirect': \"Redirect\"")]
    public void A_mistake_in_a_listener_is_placed_exactly(string inListener, string expected)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small("\n" + inListener));
        Assert.Contains(expected, ConfigSamples.All(result));
    }

    [Theory]
    [InlineData("\"private_key\": \"abc\"", false)]
    [InlineData("\"cert_chain\": \"-----BEGIN CERTIFICATE-----\"", false)]
    [InlineData("\"ca_cert\": \"abc\"", true)]
    public void A_line_that_may_hold_a_key_is_not_shown(string beside, bool shown)
    {
        ConfigLoadResult result = ConfigSamples.Json(
            ConfigSamples.Small("", "\n\"tls_context\": {\"ecdh_curves\": \"p265\", " + beside + "},\n"));
        ConfigProblem problem = Assert.Single(
            result.Problems, static problem => problem.Message.Contains("ecdh_curves", StringComparison.Ordinal));
        Assert.Equal(shown, problem.SourceLine is not null);
    }

    [Theory]
    [InlineData("\"lb_type\": \"LB_RANDM\",", "unknown load balancer: \"LB_RANDM\"; did you mean 'LB_RANDOM'?")]
    [InlineData("\"tls_context\": {\"min_version\": \"tlsv1_3\", \"max_version\": \"tlsv1_1\"},",
        "'min_version' is above 'max_version'")]
    [InlineData("\"tls_context\": {\"ecdh_curves\": \"x25519,p265\"},",
        "unknown name in 'ecdh_curves': \"p265\"; did you mean 'p256'?")]
    [InlineData("\"lb_subset_config\": {\"fall_back_policy\": 3},",
        "out of range: 3; expected a whole number from 0 to 2")]
    [InlineData("\"protocol\": \"Http3\",", "unknown protocol: \"Http3\"; did you mean 'Http1'?")]
    [InlineData("\"hosts\": 1, \"x\": 0,", "wrong kind of value: 1; expected a list")]
    public void A_mistake_in_a_cluster_is_named(string inCluster, string expected)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small("", inCluster));
        Assert.Contains(ConfigSamples.Errors(result), e => e.EndsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"match": {"regex": "a("}, "route": {"cluster_name": "c"}}""", "match.regex", "not a regular expression")]
    [InlineData("""{"match": {"regex": "(a)\\1"}, "route": {"cluster_name": "c"}}""", "match.regex", "linear time")]
    [InlineData("""{"match": {"headers": [{"name": "k", "value": "[", "regex": true}]}, "route": {"cluster_name": "c"}}""",
        "match.headers[0].value", "not a regular expression")]
    [InlineData("""{"redirect": {"response_code": 200}}""", "redirect.response_code", "not a redirect code")]
    [InlineData("""{"redirect": {"scheme_redirect": "ht/tp"}}""", "redirect.scheme_redirect", "not a scheme")]
    [InlineData("""{"direct_response": {"status": 99}}""", "direct_response.status", "not a status")]
    [InlineData("""{"route": {"weighted_clusters": [{"cluster": {"name": "c", "weight": 0}}]}}""",
        "route.weighted_clusters[0].cluster.weight", "bad sum")]
    [InlineData("""{"route": {"cluster_name": "c", "request_headers_to_add": [{"header": {"key": "a b", "value": ""}}]}}""",
        "route.request_headers_to_add[0].header.key", "not a header name")]
    [InlineData("""{"route": {"cluster_name": "c", "upstream_protocol": "Htp1"}}""", "route.upstream_protocol",
        "unknown protocol")]
    public void A_mistake_in_a_route_is_an_error_at_its_path(string route, string path, string message)
    {
        ConfigProblem problem = Assert.Single(
            Load(route).Problems, p => p.Severity == ConfigSeverity.Error);
        Assert.Equal($"servers[0].routers[0].virtual_hosts[0].routers[0].{path}", problem.Path);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_protocol_that_is_not_built_yet_is_a_warning_that_says_what_becomes_of_the_requests()
    {
        ConfigProblem problem = Assert.Single(Load("""{"route": {"cluster_name": "app", "upstream_protocol": "tars"}}""").Problems);
        Assert.Equal(
            (ConfigSeverity.Warning, "not supported yet: protocol tars towards hosts; such requests get a 502"),
            (problem.Severity, problem.Message));
    }

    [Fact]
    public void A_route_to_an_unknown_cluster_is_a_warning_with_the_nearest_name()
    {
        ConfigProblem problem = Assert.Single(Load("""{"route": {"cluster_name": "appp"}}""").Problems);
        Assert.Equal((ConfigSeverity.Warning, "app"), (problem.Severity, problem.Suggestion));
    }

    [Fact]
    public void Names_domains_and_addresses_that_clash_are_errors()
    {
        ConfigLoadResult result = ConfigSamples.Json("""
            {"servers": [{
              "listeners": [
                {"name": "l", "address": "127.0.0.1:80", "bind_port": true, "filter_chains": []},
                {"name": "l", "address": "127.0.0.1:80", "bind_port": true, "filter_chains": [{"filters": []}]}],
              "routers": [
                {"router_config_name": "r", "virtual_hosts": [
                  {"name": "v", "domains": ["*", "A.test"]},
                  {"name": "v", "domains": ["*:*", "a.test", "a.*", ""]}]},
                {"router_config_name": "r"}]}, {}],
             "cluster_manager": {"clusters": [{"name": "c"}, {"name": "c"}, {}]}}
            """);
        Assert.Equal(
            [
                "a second server", "wrong number of filter chains", "a second listener 'l'; the first is at m.json:3",
                "listener 'l' has this address already", "no network filter",
                "a second virtual host 'v'; the first is at m.json:7", "virtual host 'v' has this domain already",
                "virtual host 'v' has this domain already", "'*' stands elsewhere than at the start of a domain",
                "an empty domain", "a second router configuration 'r'; the first is at m.json:6",
                "a second cluster 'c'; the first is at m.json:10", "'name' is missing",
            ],
            result.Problems.Where(p => p.Severity == ConfigSeverity.Error).Select(p => p.Message)
                .OrderBy(m => m == "a second server" ? 0 : 1));
    }

    [Fact]
    public void Strict_makes_an_unknown_key_an_error()
    {
        string text = ConfigSamples.Small(inRoot: "\"verion\": 1,");
        Assert.False(ConfigSamples.Json(text).HasErrors);
        Assert.True(ConfigSamples.Json(text, isStrict: true).HasErrors);
    }

    [Theory]
    [InlineData("", "m.json:1:1: error: the file is empty; expected a JSON object")]
    [InlineData("{\"a\": 1,}", "m.json:1:9: error: a comma before '}'; expected no trailing comma")]
    [InlineData("{\n  // no\n}", "m.json:2:3: error: unexpected '/'; expected a name in double quotes")]
    [InlineData("{\"a\" 1}", "m.json:1:6: error: unexpected '1'; expected ':'")]
    [InlineData("{\"a\": tru}", "m.json:1:7: error: unexpected 'tru'; expected a value")]
    [InlineData("{\"a\": 01}", "m.json:1:7: error: a malformed number; expected a JSON number")]
    [InlineData("{} {}", "m.json:1:4: error: unexpected text after the end of the value; expected the end of the file")]
    [InlineData("{\"a\": \"x", "m.json:1:9: error: unexpected end of the file in a string; expected '\"'")]
    public void Broken_json_is_one_error_where_it_breaks(string text, string expected)
    {
        ConfigLoadResult result = ConfigSamples.Json(text);
        Assert.Null(result.Config);
        Assert.Equal([expected], ConfigSamples.All(result));
    }

    [Fact]
    public void Nesting_is_bounded_in_both_formats()
    {
        string deep = new string('[', 100_000);
        Assert.Contains("more than 64", Assert.Single(ConfigSamples.All(ConfigSamples.Json(deep))),
            StringComparison.Ordinal);
        Assert.Contains("more than 64", Assert.Single(ConfigSamples.All(ConfigSamples.Yaml(deep))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: 1\nb: \"\\ud800\\u0000\"", "m.yaml:2:2: error: not YAML behind this place")]
    [InlineData("a: \"\\ud83d\\ud83d\"", "m.yaml:1:2: error: not YAML behind this place")]
    public void An_escape_in_Yaml_that_is_no_character_is_a_problem(string text, string problem) =>
        Assert.Equal(problem, Assert.Single(ConfigSamples.All(ConfigSamples.Yaml(text))));

    [Theory]
    [InlineData("proxy", "'downstream_protocol' is missing")]
    [InlineData("grpc", "'server_name' is missing")]
    public void A_filter_without_settings_lacks_what_it_needs(string type, string problem)
    {
        foreach (string settings in (string[])["", ", \"config\": null", ", \"config\": {}"])
        {
            ConfigLoadResult loaded = ConfigSamples.Json($$"""
                {"servers":[{"listeners":[{"address":"1.2.3.4:5","filter_chains":[{"filters":[{"type":"{{type}}"{{settings}} }]}]}]}]}
                """);
            Assert.Contains(
                loaded.Problems,
                told => told.Message == problem && told.Path == "servers[0].listeners[0].filter_chains[0].filters[0].config");
        }
    }

    [Fact]
    public void Yaml_problems_have_places_too()
    {
        ConfigLoadResult result = ConfigSamples.Yaml("""
            servers:
              - listeners:
                  - name: l
                    adress: 127.0.0.1:80
                    filter_chains:
                      - filters: [{type: prxy}]
            cluster_manager:
              clusters:
                - name: c
                  connect_timeout: 15
                - name: c
            """);
        Assert.Equal(
            [
                "m.yaml:3:9: error: servers[0].listeners[0]: 'address' is missing",
                "m.yaml:4:9: warning: servers[0].listeners[0].adress: unknown key: \"adress\"; did you mean 'address'?",
                "m.yaml:6:30: error: servers[0].listeners[0].filter_chains[0].filters[0].type: "
                    + "unknown network filter: \"prxy\"; did you mean 'proxy'?",
                "m.yaml:10:24: error: cluster_manager.clusters[0].connect_timeout: missing unit: 15; did you mean '15s'?",
                "m.yaml:11:13: error: cluster_manager.clusters[1].name: a second cluster 'c'; the first is at m.yaml:9",
            ],
            ConfigSamples.All(result));
        Assert.StartsWith("m.yaml:3:2: error: ", Assert.Single(ConfigSamples.All(ConfigSamples.Yaml("a:\n  - b\n c: d"))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_cannot_make_a_file_explode()
    {
        string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i =>
                $"a{i}: &a{i} [{string.Join(",", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains("aliases repeat", Assert.Single(ConfigSamples.All(ConfigSamples.Yaml(bomb))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_stops_at_a_hundred_and_shows_the_line()
    {
        string many = string.Concat(Enumerable.Range(0, 150).Select(i => $"\n\"zz{i}\": 0,"));
        using StringWriter output = new();
        ConfigProblemText.Write(output, ConfigSamples.Json(ConfigSamples.Small(inRoot: many)).Problems);
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.Equal("and 50 more", lines[^1]);
        Assert.Equal("    \"zz0\": 0,", lines[1]);
        Assert.Equal("    ^", lines[2]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_mutated_file_never_throws(int seed)
    {
        Random random = new(seed);
        const string Junk = "{}[]\",:0123456789-.eE%*&!|>#\\ \n\tabcdns\u00e9";
        for (int round = 0; round < 300; round++)
        {
            char[] text = ConfigSamples.Wide.ToCharArray();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                text[random.Next(text.Length)] = Junk[random.Next(Junk.Length)];
            }
            string mutated = new(text, 0, random.Next(10) == 0 ? random.Next(text.Length) : text.Length);
            try
            {
                ConfigSamples.Json(mutated);
                ConfigSamples.Yaml(mutated);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}\n{mutated}");
            }
        }
    }

    private static ConfigLoadResult Load(string route) => ConfigSamples.Json($$$"""
        {"servers": [{"routers": [{"router_config_name": "r", "virtual_hosts": [
          {"name": "v", "domains": ["*"], "routers": [
            {{{route}}}
        ]}]}]}],
        "cluster_manager": {"clusters": [{"name": "c"}, {"name": "app"}]}}
        """);
}
