using System.Text.Json;
using Mosn.Proxy.Server;
using Mosn.Testing;

namespace Mosn.Tests.Admin;

public sealed class RouteUpdateTests : IDisposable
{
    private const string Routes = "/api/v1/routes?router=router";

    private readonly UpdateWorld _world = new();

    public RouteUpdateTests() => _world.Answering(0);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_route_is_added_behind_the_others_replaced_and_removed()
    {
        // The first route takes everything, so one behind it takes nothing until that is gone.
        AdminReply added = _world.Send("POST", Routes, Direct("mine", "/mine", "one"));
        Assert.Equal(200, added.Status);
        Assert.Equal("router 'router', virtual host 'all': route 'mine' added at the end", added.Json.GetProperty("changed").GetString());
        Assert.Equal((200, "0"), _world.Ask("/mine"));

        Assert.Equal(200, _world.Send("DELETE", Routes + "&index=0").Status);
        Assert.Equal((200, "one"), _world.Ask("/mine"));
        Assert.Equal(404, _world.Ask("/other").Status);

        Assert.Equal(200, _world.Send("PUT", Routes + "&route=mine", Direct("mine", "/mine", "two")).Status);
        Assert.Equal((200, "two"), _world.Ask("/mine"));

        Assert.Equal(200, _world.Send("DELETE", Routes + "&route=mine").Status);
        Assert.Equal(404, _world.Ask("/mine").Status);
    }

    [Fact]
    public void All_routes_of_a_virtual_host_go_at_once()
    {
        AdminReply reply = _world.Send("DELETE", Routes + "&all=true");
        Assert.Equal("router 'router', virtual host 'all': all routes removed", reply.Json.GetProperty("changed").GetString());
        Assert.Equal(404, _world.Ask().Status);
    }

    [Fact]
    public void The_domain_says_which_virtual_host()
    {
        string router = $$"""
            {"router_config_name":"router","virtual_hosts":[
              {"name":"one","domains":["one.test"],"routers":[{{Direct("a", "/", "one")}}]},
              {"name":"rest","domains":["*"],"routers":[]}]}
            """;
        Assert.Equal(
            "router 'router' replaced", _world.Send("PUT", "/api/v1/routers", router).Json.GetProperty("changed").GetString());
        Assert.Equal(200, _world.Send("PUT", Routes + "&domain=one.test&route=a", Direct("a", "/", "two")).Status);
        Assert.Equal(200, _world.Send("POST", Routes, Direct("b", "/", "rest")).Status);
        Assert.Equal((200, "two"), _world.Ask(host: "one.test"));
        Assert.Equal((200, "rest"), _world.Ask(host: "other.test"));
    }

    [Fact]
    public void A_new_router_is_there_and_can_be_taken_away()
    {
        string router = $$"""
            {"router_config_name":"new","virtual_hosts":[{"name":"v","domains":["*"],"routers":[{{Direct("a", "/", "x")}}]}]}
            """;
        Assert.Equal("router 'new' added", _world.Send("PUT", "/api/v1/routers", router).Json.GetProperty("changed").GetString());
        Assert.Equal(
            "a",
            _world.Get("/api/v1/config_dump?router=new").Json.GetProperty("virtual_hosts")[0].GetProperty("routers")[0]
                .GetProperty("name").GetString());
        Assert.Equal(200, _world.Send("DELETE", "/api/v1/routers?router=new").Status);
        Assert.Equal(404, _world.Get("/api/v1/config_dump?router=new").Status);
        Assert.Equal(404, _world.Send("DELETE", "/api/v1/routers?router=new").Status);

        Assert.Equal(200, _world.Send("DELETE", "/api/v1/routers?router=router").Status);
        Assert.Equal(404, _world.Ask().Status);
    }

    [Fact]
    public void Every_problem_of_a_body_is_told_with_its_place_and_nothing_is_changed()
    {
        string before = _world.Get("/api/v1/config_dump").Body;
        AdminReply reply = _world.Send("POST", Routes, """
            {
              "match": { "regex": "(" },
              "redirect": { "response_code": 200 },
              "rout": {}
            }
            """);
        Assert.Equal(400, reply.Status);
        Assert.Equal("2 errors in the body; nothing was changed", reply.Json.GetProperty("error").GetString());
        JsonElement[] problems = [.. reply.Json.GetProperty("problems").EnumerateArray()];
        Assert.Equal(
            [("error", 2, "match.regex"), ("error", 3, "redirect.response_code"), ("warning", 4, "rout")],
            problems.Select(static problem => (
                problem.GetProperty("severity").GetString(),
                problem.GetProperty("line").GetInt32(),
                problem.GetProperty("path").GetString())));
        Assert.Equal(before, _world.Get("/api/v1/config_dump").Body);
    }

    [Fact]
    public void A_warning_changes_what_was_asked_for_and_is_told()
    {
        AdminReply reply = _world.Send(
            "PUT", Routes + "&index=0", """{"match":{"prefix":"/"},"route":{"cluster_name":"upstraem"} }""");
        Assert.Equal(200, reply.Status);
        JsonElement problem = Assert.Single(reply.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal("no such cluster", problem.GetProperty("message").GetString());
        Assert.Equal("upstream", problem.GetProperty("suggestion").GetString());
        Assert.NotEqual(200, _world.Ask().Status);
    }

    [Theory]
    [InlineData("POST", "/api/v1/routes?router=none", 404, "there is no router 'none' in force")]
    [InlineData("PUT", Routes + "&route=none", 404, "router 'router', virtual host 'all': there is no route 'none'")]
    [InlineData("DELETE", Routes + "&index=1", 404, "router 'router', virtual host 'all': there is no route 1")]
    [InlineData("DELETE", Routes, 400, "'route' or 'index' must say which route: a name, or a number from 0")]
    [InlineData("DELETE", Routes + "&index=-1", 400, "'route' or 'index' must say which route: a name, or a number from 0")]
    [InlineData("DELETE", Routes + "&index=0&route=a", 400, "'route' or 'index' must say which route: a name, or a number from 0")]
    [InlineData("POST", "/api/v1/routes", 400, "the parameter 'router' must be given once and not be empty")]
    [InlineData("POST", Routes + "&router=router", 400, "the parameter 'router' must be given once and not be empty")]
    [InlineData("DELETE", "/api/v1/routers", 400, "the parameter 'router' must be given once and not be empty")]
    public void What_is_not_there_or_not_said_is_told(string method, string target, int status, string error)
    {
        AdminReply reply = _world.Send(method, target, method == "DELETE" ? "" : Direct("new", "/", "x"));
        Assert.Equal((status, error), (reply.Status, reply.Json.GetProperty("error").GetString()));
        Assert.Equal((200, "0"), _world.Ask());
    }

    [Fact]
    public void A_second_route_of_one_name_is_refused()
    {
        Assert.Equal(200, _world.Send("POST", Routes, Direct("mine", "/", "x")).Status);
        AdminReply reply = _world.Send("POST", Routes, Direct("mine", "/", "y"));
        Assert.Equal((400, "there is a route 'mine' already"), (reply.Status, reply.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public void Settings_that_a_filter_has_no_use_for_are_refused_and_change_nothing()
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.StreamFilters.Add(
            "mine", static (_, _) => throw new NotSupportedException(), static _ => throw new FormatException("no number"));
        using UpdateWorld world = new(extensions: extensions);
        world.Answering(0);
        const string Match = "\"match\":{\"prefix\":\"/\"},\"direct_response\":{\"status\":200},\"per_filter_config\":{\"mine\":{}}";
        AdminReply route = world.Send("POST", Routes, $"{{{Match}}}");
        AdminReply router = world.Send(
            "PUT", "/api/v1/routers",
            $"{{\"router_config_name\":\"router\",\"virtual_hosts\":[{{\"name\":\"v\",\"domains\":[\"*\"],\"routers\":[{{{Match}}}]}}]}}");
        Assert.Equal((400, 400), (route.Status, router.Status));
        Assert.Equal("settings of a stream filter: no number", route.Json.GetProperty("error").GetString());
        Assert.Equal((200, "0"), world.Ask());
    }

    [Fact]
    public void Files_of_this_machine_are_no_business_of_an_update()
    {
        AdminReply reply = _world.Send("PUT", "/api/v1/routers", """{"router_config_name":"router","router_configs":"/etc"}""");
        Assert.Equal(400, reply.Status);
        Assert.Equal(
            "'router_configs' can be given in a file only",
            reply.Json.GetProperty("problems")[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("application/json", 200)]
    [InlineData("Application/JSON; charset=utf-8", 200)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/jsonx", 415)]
    [InlineData(" ", 415)]
    public void A_form_of_a_web_page_cannot_change_the_configuration(string type, int status)
    {
        Assert.Equal(status, _world.Send("POST", Routes, Direct("new", "/", "x"), type).Status);
        Assert.Equal(403, _world.Send("POST", Routes, Direct("new2", "/", "x"), more: "Origin: http://evil.test\r\n").Status);
        Assert.Equal(403, _world.Send("DELETE", Routes + "&all=true", more: "Sec-Fetch-Site: cross-site\r\n").Status);
        Assert.Equal((200, "0"), _world.Ask());
    }

    [Theory]
    [InlineData("GET", "/api/v1/routes", "POST, PUT, DELETE")]
    [InlineData("OPTIONS", "/api/v1/hosts", "POST, PUT, DELETE")]
    [InlineData("POST", "/api/v1/routers", "PUT, DELETE")]
    [InlineData("POST", "/api/v1/clusters", "GET, HEAD, PUT, DELETE")]
    [InlineData("PATCH", "/api/v1/clusters", "GET, HEAD, PUT, DELETE")]
    public void A_method_that_a_path_does_not_know_changes_nothing(string method, string target, string allowed)
    {
        AdminReply reply = _world.Send(method, target);
        Assert.Equal((405, allowed), (reply.Status, reply.Field("Allow")));
    }

    [Fact]
    public void A_request_under_way_keeps_the_route_it_began_with()
    {
        using UpdateWorld world = new();
        MemoryHost silent = world.Proxy.Upstream();
        MemoryPeer client = world.Proxy.Client();
        client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        world.Proxy.Run();
        Assert.Equal(200, world.Send("DELETE", Routes + "&all=true").Status);
        silent.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        world.Proxy.Run();
        Assert.EndsWith("ok", client.ReceivedText, StringComparison.Ordinal);
        Assert.Equal(404, world.Ask().Status);
    }

    private static string Direct(string name, string prefix, string body) => $$"""
        {"name":"{{name}}","match":{"prefix":"{{prefix}}"},"direct_response":{"status":200,"body":"{{body}}"} }
        """;
}
