using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Server;

namespace Mosn.Tests.Server;

public class ConfigSyntaxesTests
{
    [Theory]
    [InlineData("request.hots == 'a'",
        "m.json:5:50: error: servers[0].routers[0].virtual_hosts[0].routers[0].match.dsl_expressions[0].expression: "
            + "bad expression at character 1: unknown attribute 'request.hots': \"request.hots == 'a'\"; "
            + "did you mean 'request.host'?")]
    [InlineData("request.host",
        "m.json:5:50: error: servers[0].routers[0].virtual_hosts[0].routers[0].match.dsl_expressions[0].expression: "
            + "bad expression at character 1: this is a string, and a bool is needed: \"request.host\"")]
    public void A_mistake_in_an_expression_is_placed_in_the_file(string expression, string problem) =>
        Assert.Contains(problem, Problems(expression, ConfigSyntaxes.BuiltIn));

    [Fact]
    public void A_good_expression_is_no_problem() =>
        Assert.DoesNotContain(
            Problems("request.host == 'a'", ConfigSyntaxes.BuiltIn),
            static problem => problem.Contains("bad expression", StringComparison.Ordinal));

    [Fact]
    public void Without_a_check_the_text_is_kept_as_it_is() =>
        Assert.DoesNotContain(
            Problems("request.hots ==", new ConfigLoadOptions().Syntax),
            static problem => problem.Contains("error", StringComparison.Ordinal));

    private static string[] Problems(
        string expression, IReadOnlyDictionary<ConfigSyntax, Func<string, ConfigSyntaxError?>> syntax)
    {
        string text = $$$"""
            {
              "servers": [{
                "routers": [{"router_config_name": "r", "virtual_hosts": [{"name": "v", "domains": ["*"], "routers": [
                  {"direct_response": {"status": 200}, "match": {
                "dsl_expressions": [{          "expression": "{{{expression}}}"}]}}]}]}]
              }],
              "cluster_manager": {"clusters": []}
            }
            """;
        ConfigLoadResult result = ConfigLoader.LoadText(
            Encoding.UTF8.GetBytes(text), ConfigFormat.Json, "m.json", new ConfigLoadOptions { Syntax = syntax });
        return [.. result.Problems.Select(ConfigProblemText.Format)];
    }
}
