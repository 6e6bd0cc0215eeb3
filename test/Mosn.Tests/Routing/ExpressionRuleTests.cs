using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Routing;

public class ExpressionRuleTests
{
    [Theory]
    [InlineData("GET", "1", true)]
    [InlineData("POST", "1", false)]
    [InlineData("GET", "2", false)]
    [InlineData("GET", null, false)]
    public void All_expressions_must_be_true(string method, string? header, bool isTaken)
    {
        StreamContext stream = RoutingWorld.Get("/x", headers: header is null ? "" : $"x-a: {header}");
        stream.Request.SetMethod(System.Text.Encoding.ASCII.GetBytes(method));
        Assert.Equal(isTaken, Compile("request.method == \"GET\"", "request.headers[\"x-a\"] == \"1\"").Match(stream) is not null);
    }

    [Fact]
    public void An_expression_that_does_not_compile_is_refused_with_its_place()
    {
        string problem = Assert.Single(RoutingWorld.Problems(RoutingWorld.Routes(Rule("request.method =="))));
        Assert.StartsWith("virtual host 'v', route 1, expression 1: ", problem);
    }

    [Fact]
    public void Headers_and_path_of_the_request_are_changed_as_by_any_other_rule()
    {
        RouteConfig config = Rule("request.method == \"GET\"") with
        {
            Action = new RouteActionConfig
            {
                ClusterName = "c", HostRewrite = "other.test", RewriteRegex = "^/old", RewriteSubstitution = "/new",
            },
        };
        StreamContext stream = RoutingWorld.Get("/old/x");
        RoutingWorld.Compile(RoutingWorld.Routes(config)).Match(stream)!.PrepareRequest(stream);
        Assert.Equal("other.test", System.Text.Encoding.ASCII.GetString(stream.Request.Authority));
        Assert.Equal("/new/x", System.Text.Encoding.ASCII.GetString(stream.Request.Path));
    }

    private static RouteTable Compile(params string[] expressions) =>
        RoutingWorld.Compile(RoutingWorld.Routes(Rule(expressions)));

    private static RouteConfig Rule(params string[] expressions) => RoutingWorld.Forward("c", new RouteMatchConfig
    {
        DslExpressions = [.. expressions.Select(static text => new DslExpressionConfig { Expression = text })],
    });
}
