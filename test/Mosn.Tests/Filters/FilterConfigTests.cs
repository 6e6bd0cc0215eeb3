using System.Text;
using System.Text.Json;
using Mosn.Proxy.Config;
using Mosn.Tests.Config;

namespace Mosn.Tests.Filters;

/// <summary>What is wrong with a filter's settings is an error at its place.</summary>
public sealed class FilterConfigTests
{
    [Theory]
    [InlineData("fault", """{"delay": {"percentage": 101}}""", "delay.percentage", "out of range")]
    [InlineData("fault", """{"abort": {"status": 100}}""", "abort.status", "out of range")]
    [InlineData("fault", """{"delay": {"fixed_delay": "2h"}}""", "delay.fixed_delay", "a delay that long")]
    [InlineData("fault", """{"headers": [{"name": "a", "value": "(", "regex": true}]}""", "headers[0].value", "not a regular expression")]
    [InlineData("gzip", """{"gzip_level": 10}""", "gzip_level", "out of range")]
    [InlineData("gzip", """{"encodings": ["brr"]}""", "encodings", "unknown content coding")]
    [InlineData("ip_access", """{"ips": [{"addrs": []}]}""", "ips[0].addrs", "no address")]
    [InlineData("ip_access", """{"ips": [{"addrs": ["1.2.3.4/40"]}]}""", "ips[0].addrs", "neither an address nor a range")]
    [InlineData("ip_access", """{"default_action": "denny"}""", "default_action", "unknown action")]
    [InlineData("ip_access", """{"trusted_hops": 1}""", "trusted_hops", "needs 'header'")]
    [InlineData("header_to_metadata", """{"request_rules": [{"header": "", "on_header_present": {"key": "a"}}]}""",
        "request_rules[0].header", "must not be empty")]
    [InlineData("header_to_metadata", """{"request_rules": [{"header": "a"}]}""", "request_rules[0]", "a rule has either")]
    [InlineData("header_to_metadata",
        """{"request_rules": [{"header": "a", "on_header_present": {"key": "a"}, "on_header_missing": {"key": "a", "value": "b"}}]}""",
        "request_rules[0]", "a rule has either")]
    [InlineData("local_rate_limit", """{"fill_interval": "0s"}""", "fill_interval", "not an interval")]
    [InlineData("local_rate_limit", """{"keys": [{"type": "header"}]}""", "keys[0]", "'name' is missing")]
    [InlineData("cors", """{"allow_origins": [{"exact": "*"}], "allow_credentials": true}""", "allow_origins[0].exact", "does not go with")]
    [InlineData("cors", """{"allow_origins": [{}]}""", "allow_origins[0]", "wrong number of conditions")]
    [InlineData("cors", """{"allow_methods": ["G T"]}""", "allow_methods", "not a name")]
    public void A_mistake_is_an_error_at_its_place(string type, string config, string path, string message)
    {
        ConfigLoadResult result = Load(type, config);
        Assert.Contains(result.Problems, problem => problem.Severity == ConfigSeverity.Error
            && problem.Path == $"servers[0].listeners[0].stream_filters[0].config.{path}"
            && problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rbac", ConfigSeverity.Error)]
    [InlineData("jwt_authn", ConfigSeverity.Error)]
    [InlineData("istio.stats", ConfigSeverity.Warning)]
    public void A_filter_that_would_keep_somebody_out_is_not_left_out(string type, ConfigSeverity severity)
    {
        ConfigProblem problem = Assert.Single(Load(type, "{}").Problems);
        Assert.Equal(severity, problem.Severity);
        Assert.Contains("not supported yet", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cors", """{"allow_origins": [{"suffix": "b.example"}]}""", "allow_origins[0].suffix", "names of other sites")]
    [InlineData("mirror", """{"broadcast": true, "amplification": 2}""", "amplification", "no effect beside 'broadcast'")]
    public void What_is_hardly_meant_is_a_warning(string type, string config, string path, string message)
    {
        ConfigLoadResult result = Load(type, config);
        Assert.Contains(result.Problems, problem => problem.Severity == ConfigSeverity.Warning
            && problem.Path == $"servers[0].listeners[0].stream_filters[0].config.{path}"
            && problem.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cors", """{"allow_origins": [{"suffix": ".b.example"}, {"suffix": "://b.example"}]}""")]
    [InlineData("mirror", """{"broadcast": true}""")]
    public void What_may_be_meant_is_none(string type, string config) => Assert.Empty(Load(type, config).Problems);

    [Theory]
    [InlineData("gzip", """{"gzip_level":9,"encodings":[]}""")]
    [InlineData("payload_limit", """{"max_entity_size ":7}""")]
    [InlineData("fault", """{"delay":{"percentage":12.5,"fixed_delay":"1s"}}""")]
    [InlineData("local_rate_limit", """{"max_tokens":5,"keys":[{"type":"header","name":"x"}]}""")]
    public void Settings_are_dumped_as_they_were_given(string type, string config)
    {
        ConfigLoadResult result = Load(type, config);
        Assert.False(result.HasErrors);
        string dump = Dump(result.Config!);
        Assert.Contains(
            config.Replace(" ", ""), dump.Replace(" ", "").Replace("\n", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_that_names_a_filter_of_listeners_only_is_told_so()
    {
        ConfigLoadResult result = ConfigSamples.Json("""
            {"servers": [{"listeners": [], "routers": [{"router_config_name": "r", "virtual_hosts": [{
              "name": "a", "domains": ["*"], "routers": [],
              "per_filter_config": {"ip_access": {"default_action": "deny"}, "fault": {"abort": {"percentage": 200}}}}]}]}],
             "cluster_manager": {}}
            """);
        Assert.Contains(result.Problems, static problem => problem.Severity == ConfigSeverity.Warning
            && problem.Path.EndsWith("per_filter_config.ip_access", StringComparison.Ordinal)
            && problem.Message.Contains("on a route it has no effect", StringComparison.Ordinal));
        Assert.Contains(result.Problems, static problem => problem.Severity == ConfigSeverity.Error
            && problem.Path.EndsWith("per_filter_config.fault.abort.percentage", StringComparison.Ordinal));
    }

    private static string Dump(MosnConfig config)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            ConfigJsonWriter.Write(json, config);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static ConfigLoadResult Load(string type, string config) => ConfigSamples.Json(ConfigSamples.Small(
        $$"""
        "stream_filters": [{"type": "{{type}}", "config": {{config}}}],
        """));
}
