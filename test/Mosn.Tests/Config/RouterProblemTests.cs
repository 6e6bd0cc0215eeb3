using Mosn.Proxy.Config;

namespace Mosn.Tests.Config;

public sealed class RouterProblemTests
{
    [Theory]
    [InlineData("{\"name\": \"a b\", \"value\": \"1\"}", "headers[0].name: not a header name: \"a b\"")]
    [InlineData("{\"name\": \"a\", \"value\": \"(\", \"regex\": true}", "headers[0].value: not a regular expression")]
    [InlineData("{\"name\": \"a\", \"value\": \"1\", \"prefix_match\": \"2\"}",
        "headers[0].prefix_match: a second test beside 'value'; expected one; two conditions for two tests")]
    [InlineData("{\"name\": \"a\", \"range_match\": {\"start\": 5, \"end\": 5}}",
        "headers[0].range_match.end: an empty range: 5; expected more than start, which is 5")]
    public void A_bad_header_condition_is_an_error_with_its_place(string header, string expected) =>
        Assert.Contains(expected, Assert.Single(Errors(
            $$$"""{"match": {"prefix": "/", "headers": [{{{header}}}]}, "route": {"cluster_name": "c"}}""")));

    [Theory]
    [InlineData("{\"name\": \"q\", \"value\": \"(\", \"regex\": true}", "query_parameters[0].value: not a regular expression")]
    [InlineData("{\"value\": \"1\"}", "query_parameters[0]: 'name' is missing")]
    [InlineData("{\"name\": \"q\", \"value\": \"1\", \"present_match\": true}", "a second test beside 'value'")]
    public void A_bad_query_condition_is_an_error_with_its_place(string parameter, string expected) =>
        Assert.Contains(expected, Assert.Single(Errors(
            $$$"""{"match": {"prefix": "/", "query_parameters": [{{{parameter}}}]}, "route": {"cluster_name": "c"}}""")));

    [Fact]
    public void A_route_may_wait_for_ever_and_a_call_not_less_than_nothing()
    {
        Assert.Empty(Errors("""{"match": {"prefix": "/"}, "route": {"cluster_name": "c", "timeout": "-1s"}}"""));
        Assert.Contains("a negative duration", Assert.Single(Errors(
            """{"match": {"prefix": "/"}, "route": {"cluster_name": "c", "max_grpc_timeout": "-1s"}}""")));
    }

    [Theory]
    [InlineData("\"conditions\": [\"gatway-error\"]", "unknown condition: \"gatway-error\"; did you mean 'gateway-error'?")]
    [InlineData("\"conditions\": [\"retriable-status-codes\"]", "'retriable-status-codes' without 'status_codes'")]
    [InlineData("\"retry_on\": true, \"status_codes\": [99]", "not a status code: 99; expected 100 to 599")]
    [InlineData("\"retry_on\": true, \"back_off\": {\"base_interval\": \"1s\"}",
        "less than the base interval: 250ms; expected at least 1s")]
    public void A_bad_retry_policy_is_an_error(string policy, string expected) =>
        Assert.Contains(expected, Assert.Single(Errors(
            Action($$$"""
            "cluster_name": "c", "retry_policy": {{{{policy}}}}
            """))));

    [Theory]
    [InlineData("\"hash_policy\": [{\"header\": {}}]", "hash_policy[0].header: not a header name: \"\"")]
    [InlineData("\"hash_policy\": [{\"cookie\": {\"name\": \"a=b\"}}]", "not the name of a cookie: \"a=b\"")]
    [InlineData("\"hash_policy\": [{\"cookie\": {\"name\": \"a\", \"path\": \"/;x\"}}]", "a cookie's path has no ';'")]
    [InlineData("\"hash_policy\": [{\"cookie\": {\"name\": \"a\", \"ttl\": \"1ms\"}}]", "a cookie's life is counted in seconds: 1ms")]
    [InlineData("\"auto_host_rewrite_header\": \"a b\"", "auto_host_rewrite_header: not a header name: \"a b\"")]
    [InlineData("\"upgrades\": [\"h2c\"]", "upgrades: HTTP/2 is spoken with this proxy, not through it: \"h2c\"")]
    [InlineData("\"upgrades\": [\"a b\"]", "upgrades: not the name of a protocol: \"a b\"; expected for example websocket")]
    [InlineData("\"connect\": \"termnate\"", "unknown way with CONNECT: \"termnate\"; did you mean 'terminate'?")]
    [InlineData("\"priority\": \"hihg\"", "unknown priority: \"hihg\"; did you mean 'high'?")]
    public void A_bad_action_is_an_error(string more, string expected) =>
        Assert.Contains(expected, Assert.Single(Errors(Action($"\"cluster_name\": \"c\", {more}"))));

    [Theory]
    [InlineData("\"prefix\": \"/\", \"variables\": [{\"name\": \"x\", \"value\": \"1\"}]", "",
        "match.variables: has no effect beside 'prefix'")]
    [InlineData("\"headers\": [{\"name\": \"a\"}], \"variables\": [{\"name\": \"x\", \"value\": \"1\"}]", "",
        "match.headers: has no effect beside 'variables'")]
    [InlineData("\"prefix\": \"/\", \"headers\": [{\"name\": \"method\", \"value\": \"G.*\", \"regex\": true}]", "",
        "has no effect on the method, which is compared")]
    [InlineData("\"prefix\": \"/\"", ", \"cluster_header\": \"x\"",
        "route.cluster_header: has no effect beside 'cluster_name'")]
    [InlineData("\"prefix\": \"/\"", ", \"host_rewrite\": \"h\", \"auto_host_rewrite\": true",
        "route.auto_host_rewrite: has no effect beside 'host_rewrite'")]
    [InlineData("\"prefix\": \"/\"", ", \"retry_policy\": {\"num_retries\": 2}", "'retry_on' is not set")]
    public void What_has_no_effect_is_a_warning(string match, string more, string expected)
    {
        ConfigLoadResult result = Load($$$"""{"match": {{{{match}}}}, "route": {"cluster_name": "c"{{{more}}}}}""");
        Assert.Empty(ConfigSamples.Errors(result));
        Assert.Contains(ConfigSamples.All(result), problem => problem.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_routes_of_one_name_are_an_error()
    {
        const string Route = """{"name": "n", "match": {"prefix": "/"}, "route": {"cluster_name": "c"}}""";
        Assert.Contains("a second route 'n'", Assert.Single(Errors($"{Route}, {Route}")));
    }

    private static string Action(string action) => $$$"""{"match": {"prefix": "/"}, "route": {{{{action}}}}}""";

    private static string[] Errors(string routes) => ConfigSamples.Errors(Load(routes));

    private static ConfigLoadResult Load(string routes) => ConfigSamples.Json($$$"""
        {"servers": [{
          "listeners": [{"name": "l", "address": "127.0.0.1:80", "filter_chains": [{"filters": [
            {"type": "proxy", "config": {"downstream_protocol": "Http1", "router_config_name": "r"}}]}]}],
          "routers": [{"router_config_name": "r", "virtual_hosts": [{
            "name": "v", "domains": ["*"], "routers": [{{{routes}}}]}]}]}],
         "cluster_manager": {"clusters": [{"name": "c", "hosts": [{"address": "127.0.0.1:81"}]}]}}
        """);
}
