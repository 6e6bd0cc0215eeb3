using Mosn.Proxy.Config;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Server;

namespace Mosn.Tests.Filters;

public sealed class DslFilterTests
{
    [Theory]
    [InlineData("before_router_by_dsl")]
    [InlineData("after_router_by_dsl")]
    [InlineData("after_balancer_by_dsl")]
    public void An_expression_of_each_phase_changes_the_request(string phase)
    {
        using FilterWorld world = new(Dsl(
            phase, "ctx.add_request_header('x-seen', request.method + '!') && ctx.del_request_header('x-gone')"));
        world.Get("X-Gone: 1\r\n");
        Assert.Contains("x-seen: GET!\r\n", world.Seen);
        Assert.DoesNotContain("X-Gone", world.Seen);
        Assert.Equal(1, world.Count(FilterMetrics.Dsl, FilterMetrics.DslDone));
    }

    [Fact]
    public void The_path_can_be_rewritten_by_a_condition()
    {
        using FilterWorld world = new(Dsl(
            "after_router_by_dsl",
            "conditional(request.headers['x-beta'] | '' == '1', ctx.rewrite_request_url('/beta?from=' + request.path), true)"));
        world.Get(path: "/shop?a=1");
        Assert.StartsWith("GET /shop?a=1 ", world.Seen);
        world.Get("X-Beta: 1\r\n", "/shop?a=1");
        Assert.StartsWith("GET /beta?from=/shop ", world.Seen);
    }

    [Fact]
    public void The_response_is_changed_before_it_is_sent()
    {
        using FilterWorld world = new(Dsl(
            "send_filter_by_dsl",
            "ctx.add_response_header('x-code', string(response.code)) && ctx.del_response_header('server')"));
        world.Answer = "HTTP/1.1 201 Created\r\nServer: secret\r\nContent-Length: 2\r\n\r\nok";
        string response = world.Get();
        Assert.Contains("x-code: 201\r\n", response);
        Assert.DoesNotContain("Server", response);
        Assert.EndsWith("\r\n\r\nok", response);
    }

    [Fact]
    public void What_has_no_value_is_counted_and_the_request_goes_on()
    {
        using FilterWorld world = new(
            Dsl("before_router_by_dsl", "ctx.add_request_header('a', request.headers['none'])") + ","
            + Dsl("log_filter_by_dsl", "response.code == 200 && request.headers['none'] == ''"));
        Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        Assert.Equal(2, world.Count(FilterMetrics.Dsl, FilterMetrics.DslFailed));
        Assert.Equal(0, world.Count(FilterMetrics.Dsl, FilterMetrics.DslDone));
    }

    [Fact]
    public void Without_expressions_nothing_happens()
    {
        using FilterWorld world = new("""{"type": "dsl", "config": {}}""");
        Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        Assert.Equal(0, world.Count(FilterMetrics.Dsl, FilterMetrics.DslDone));
    }

    [Fact]
    public void Expressions_allocate_nothing() => FilterAllocationTests.AssertNoAllocations(
        Dsl(
            "before_router_by_dsl",
            "ctx.add_request_header('x-id', toLower(request.host) + request.path) && ctx.del_request_header('x-none')")
        + "," + Dsl("send_filter_by_dsl", "ctx.add_response_header('x-code', string(response.code))"),
        "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\n\r\n");

    [Theory]
    [InlineData("request.unknown == 'dsl'", "unknown attribute 'request.unknown'")]
    [InlineData("unknown_function(string(0))", "unknown function 'unknown_function'")]
    public void A_mistake_is_found_with_its_place(string expression, string message)
    {
        string filter = Dsl("log_filter_by_dsl", expression);
        string text = $$$$"""
            {"servers": [{"listeners": [{"name": "l", "address": "127.0.0.1:80",
            "stream_filters": [{{{{filter}}}}],
            "filter_chains": [{"filters": [{"type": "tcp_proxy", "config": {"cluster": "c"}}]}]}]}],
            "cluster_manager": {"clusters": [{"name": "c"}]}}
            """;
        ConfigLoadResult result = ConfigLoader.LoadText(
            System.Text.Encoding.UTF8.GetBytes(text), ConfigFormat.Json, "m.json",
            new ConfigLoadOptions { Syntax = ConfigSyntaxes.BuiltIn });
        ConfigProblem problem = Assert.Single(
            result.Problems, static problem => problem.Severity == ConfigSeverity.Error);
        Assert.Equal("servers[0].listeners[0].stream_filters[0].config.log_filter_by_dsl", problem.Path);
        Assert.Equal((2, 68), (problem.Line, problem.Column));
        Assert.Equal($"bad expression at character 1: {message}", problem.Message);
    }

    private static string Dsl(string phase, string expression) =>
        $$$"""{"type": "dsl", "config": {"{{{phase}}}": "{{{expression}}}"}}""";
}
