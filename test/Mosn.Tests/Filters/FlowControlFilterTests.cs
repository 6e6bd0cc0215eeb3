using Mosn.Proxy.Config;
using Mosn.Proxy.Filters;
using Mosn.Tests.Config;

namespace Mosn.Tests.Filters;

public sealed class FlowControlFilterTests
{
    [Theory]
    [InlineData("PATH", "/a/b", "/a/%62?x=1")]
    [InlineData("ARG", "x=1", "/any?x=1")]
    [InlineData("URI", "/a?x=1", "/a?x=1")]
    public void A_resource_has_its_rate(string key, string resource, string target)
    {
        using FilterWorld world = new(
            $$"""
            {"type": "flowControlFilter", "config": {"global_switch": true, "limit_key_type": "{{key}}",
              "rules": [{"resource": "{{resource}}", "threshold": 2, "statIntervalInMs": 1000}] } }
            """);
        Assert.Contains(" 200 ", world.Get(path: target));
        Assert.Contains(" 200 ", world.Get(path: target));
        string refusal = world.Get(path: target);
        Assert.StartsWith("HTTP/1.1 509 ", refusal);
        Assert.EndsWith("\r\n\r\ncurrent request is limited", refusal);
        Assert.Contains(" 200 ", world.Get(path: "/other"));
        world.World.Advance(500);
        Assert.Contains(" 200 ", world.Get(path: target));
        Assert.Equal(1, world.Count(FilterMetrics.FlowControl, FilterMetrics.RateLimited));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void All_rules_of_a_resource_must_let_it_pass_and_the_refusal_is_the_operators()
    {
        using FilterWorld world = new(
            """
            {"type": "flowControlFilter", "config": {"global_switch": true, "action": {"status": 429, "body": "later"},
              "rules": [{"resource": "/", "threshold": 100}, {"resource": "/", "threshold": 1}, {"resource": "/no", "threshold": 0}]}}
            """);
        Assert.Contains(" 200 ", world.Get());
        string refusal = world.Get();
        Assert.StartsWith("HTTP/1.1 429 ", refusal);
        Assert.EndsWith("\r\n\r\nlater", refusal);
        Assert.Contains(" 429 ", world.Get(path: "/no"));
    }

    [Fact]
    public void Rules_wait_for_the_switch()
    {
        using FilterWorld world = new(
            """{"type": "flowControlFilter", "config": {"rules": [{"resource": "/", "threshold": 0}]}}""");
        Assert.Contains(" 200 ", world.Get());
    }

    [Theory]
    [InlineData("\"limit_key_type\": \"HEADER\"", ConfigSeverity.Error, "unknown key type")]
    [InlineData("\"rules\": [{\"resource\": \"/\", \"controlBehavior\": 1}]", ConfigSeverity.Warning, "not supported yet: ")]
    [InlineData("\"callback_name\": \"mine\"", ConfigSeverity.Warning, "not supported yet: ")]
    [InlineData("\"dynamic_data_resources\": [{}]", ConfigSeverity.Warning, "not supported yet: ")]
    public void What_is_unknown_or_not_built_is_told(string settings, ConfigSeverity severity, string message)
    {
        ConfigLoadResult result = ConfigSamples.Json(ConfigSamples.Small(
            $$"""
            "stream_filters": [{"type": "flowControlFilter", "config": { {{settings}} } }],
            """));
        Assert.Contains(result.Problems, problem => problem.Severity == severity
            && problem.Message.StartsWith(message, StringComparison.Ordinal));
    }
}
