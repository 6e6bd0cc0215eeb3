using System.Text;
using Mosn.Protocols;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Routing;

public class RouteActionTests
{
    [Fact]
    public void Weights_are_exact_and_a_weight_of_zero_gets_nothing()
    {
        Route route = Compile(new RouteActionConfig
        {
            ClusterName = "default",
            WeightedClusters = [Weighted("none", 0), Weighted("a", 90), Weighted("b", 10)],
        });
        StreamContext stream = RoutingWorld.Get("/");
        Dictionary<string, int> picks = Enumerable.Range(0, 100_000).Select(_ => route.PickCluster(stream).Cluster.Name)
            .CountBy(static name => name).ToDictionary();
        Assert.Equal(["a", "b"], picks.Keys.Order());
        Assert.InRange(picks["a"], 89_500, 90_500);
    }

    [Fact]
    public void Weights_that_add_up_to_nothing_are_refused() =>
        Assert.Single(RoutingWorld.Problems(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Prefix = "/" },
            Action = new RouteActionConfig { WeightedClusters = [Weighted("a", 0)] },
        })));

    [Theory]
    [InlineData(0, 60_000)]
    [InlineData(1.5, 1_500)]
    [InlineData(-1, 0)]
    public void A_timeout_of_zero_is_the_default(double seconds, long expectedMs) =>
        Assert.Equal(
            expectedMs, Compile(new RouteActionConfig { Timeout = TimeSpan.FromSeconds(seconds) }).TimeoutMs);

    [Fact]
    public void Header_levels_apply_from_the_route_outwards()
    {
        RouterConfig config = new()
        {
            Name = "r",
            RequestHeadersToAdd = [Add("X-L", "3"), Add("only", "router", append: false)],
            RequestHeadersToRemove = ["Gone3"],
            ResponseHeadersToAdd = [Add("X-L", "3")],
            VirtualHosts =
            [
                new VirtualHostConfig
                {
                    Name = "v",
                    Domains = ["*"],
                    RequestHeadersToAdd = [Add("x-l", "2"), Add("only", "host", append: false)],
                    RequestHeadersToRemove = ["gone2"],
                    ResponseHeadersToAdd = [Add("x-l", "2")],
                    Routes =
                    [
                        new RouteConfig
                        {
                            Match = new RouteMatchConfig { Prefix = "/" },
                            Action = new RouteActionConfig
                            {
                                RequestHeadersToAdd = [Add("x-l", "1"), Add("gone2", "x")],
                                RequestHeadersToRemove = ["gone1"],
                                ResponseHeadersToRemove = ["server"],
                            },
                        },
                    ],
                },
            ],
        };
        StreamContext stream = RoutingWorld.Get("/", headers: "gone1: 1\nGONE2: 2\ngone3: 3\nkept: 4");
        Route route = RoutingWorld.Compile(config).Match(stream)!;
        route.PrepareRequest(stream);
        ResponseHead response = new();
        response.Headers.Add("Server"u8, "s"u8);
        route.PrepareResponse(stream, response);

        Assert.Equal("Host=h.test;kept=4;x-l=1,2,3;only=router;", Text(stream.Request.Headers));
        Assert.Equal("x-l=2,3;", Text(response.Headers));
    }

    [Fact]
    public void Appending_keeps_lines_that_must_not_be_joined()
    {
        Route route = Compile(new RouteActionConfig
        {
            ResponseHeadersToAdd = [Add("set-cookie", "b=2"), Add("x-m", "3"), Add("empty", "v")],
        });
        ResponseHead response = new();
        response.Headers.Add("Set-Cookie"u8, "a=1"u8);
        response.Headers.Add("X-M"u8, "1"u8);
        response.Headers.Add("X-M"u8, "2"u8);
        response.Headers.Add("empty"u8, ""u8);
        route.PrepareResponse(RoutingWorld.Get("/"), response);
        Assert.Equal("Set-Cookie=a=1;X-M=1;X-M=2;empty=v;set-cookie=b=2;x-m=3;", Text(response.Headers));
    }

    [Theory]
    [InlineData("%request_header_x-in%", "yes")]
    [InlineData("%request_header_x-no%", "")]
    [InlineData("%x-mosn-method%", "GET")]
    [InlineData("%unknown%", "%unknown%")]
    [InlineData("%address", "%address")]
    [InlineData("%%", "%%")]
    public void A_value_may_be_a_variable(string value, string expected)
    {
        Route route = Compile(new RouteActionConfig { RequestHeadersToAdd = [Add("x-out", value)] });
        StreamContext stream = RoutingWorld.Get("/", headers: "X-In: yes");
        route.PrepareRequest(stream);
        Assert.Equal(expected, Header(stream.Request.Headers, "x-out"));
    }

    [Fact]
    public void A_long_variable_is_cut_and_harmless()
    {
        Route route = Compile(new RouteActionConfig { RequestHeadersToAdd = [Add("x-out", "%request_header_x-in%")] });
        StreamContext stream = RoutingWorld.Get("/", headers: $"x-in: {new string('v', 10_000)}");
        route.PrepareRequest(stream);
        Assert.Equal(VariableValue.LengthMax, Header(stream.Request.Headers, "x-out")!.Length);
    }

    [Theory]
    [InlineData("new.test:81", "", "new.test:81")]
    [InlineData("", "x-host", "from.header")]
    [InlineData("", "x-bad", "h.test")]
    [InlineData("", "x-missing", "h.test")]
    public void The_host_is_rewritten(string rewrite, string header, string expected)
    {
        Route route = Compile(new RouteActionConfig { HostRewrite = rewrite, AutoHostRewriteHeader = header });
        StreamContext stream = RoutingWorld.Get("/", headers: "x-host: from.header\nx-bad: a b");
        route.PrepareRequest(stream);
        Assert.Equal(expected, Encoding.ASCII.GetString(stream.Request.Authority));
    }

    [Theory]
    [InlineData("/", "/abc/", "/", "/abc/")]
    [InlineData("/index/", "/abc/", "/index/page/", "/abc/page/")]
    [InlineData("/a", "/b", "/a?q=1", "/b?q=1")]
    [InlineData("/a", "/b", "/x", "/x")]
    [InlineData("/a", "/sp ace", "/a/y%20z//w", "/sp%20ace/y%20z/w")]
    [InlineData("/a", "b", "/a/x", "/b/x")]
    [InlineData("/a", "/b", "/c/../a/x", "/b/x")]
    public void A_prefix_is_rewritten(string prefix, string rewrite, string path, string expected) =>
        Assert.Equal(expected, Rewritten(new RouteMatchConfig { Prefix = prefix }, new() { PrefixRewrite = rewrite }, path));

    [Theory]
    [InlineData("^/service/([^/]+)(/.*)$", "${2}/instance/${1}", "/service/foo/v1/api", "/v1/api/instance/foo")]
    [InlineData("one", "two", "/one/x/one", "/two/x/two")]
    [InlineData("^(.*?)one(.*)$", "${1}two${2}", "/xxx/one/yyy/one/zzz", "/xxx/two/yyy/one/zzz")]
    [InlineData("(?i)/xxx/", "/yyy/", "/aaa/XxX/bbb", "/aaa/yyy/bbb")]
    [InlineData("nothing", "x", "/aaa", "/aaa")]
    [InlineData("/(a)", "/$1x$$1", "/a", "/$1")]
    [InlineData("/(?<name>a)", "/$name-${name}", "/a", "/a-a")]
    [InlineData("/a", "/ü ?", "/a?q", "/%C3%BC%20%3F?q")]
    public void A_pattern_is_rewritten(string pattern, string substitution, string path, string expected) =>
        Assert.Equal(expected, Rewritten(
            new RouteMatchConfig { Prefix = "/" },
            new() { RewriteRegex = pattern, RewriteSubstitution = substitution },
            path));

    [Theory]
    [InlineData("/Old/Page", "/new", "/OLD/page", "/new")]
    [InlineData("/old", "/new", "/old?x=1", "/new?x=1")]
    public void A_path_is_replaced_in_whatever_case_it_came(string path, string rewrite, string target, string expected) =>
        Assert.Equal(expected, Rewritten(new RouteMatchConfig { Path = path }, new() { PrefixRewrite = rewrite }, target));

    [Theory]
    [InlineData("^/v[0-9]+/", "/", "/v12/users/7", "/users/7")]
    [InlineData("/v[0-9]+", "/api", "/v12/v13", "/api/v13")]
    [InlineData("/users", "/x", "/v1/users", "/v1/users")] // Matched, but not at the start.
    [InlineData("^/ü+", "/u", "/%C3%BC%C3%BC/x", "/u/x")]
    public void What_a_pattern_matches_at_the_start_is_replaced(
        string pattern, string rewrite, string target, string expected) =>
        Assert.Equal(expected, Rewritten(new RouteMatchConfig { Regex = pattern }, new() { PrefixRewrite = rewrite }, target));

    [Fact]
    public void A_rule_by_headers_alone_rewrites_no_path()
    {
        RouteActionConfig action = new() { PrefixRewrite = "/b", RewriteRegex = "/a", RewriteSubstitution = "/b" };
        Assert.Equal("/a", Rewritten(new RouteMatchConfig(), action, "/a"));
    }

    [Fact]
    public void A_pattern_that_refers_to_no_group_costs_no_allocation()
    {
        Route literal = Compile(new RouteActionConfig { RewriteRegex = "/a+/", RewriteSubstitution = "/b/" });
        Route groups = Compile(new RouteActionConfig { RewriteRegex = "^/(never)/", RewriteSubstitution = "/$1" });
        StreamContext stream = RoutingWorld.Get("/x/aaa/y");
        RequestHead original = new();
        stream.Request.CopyTo(original);
        Rewrite(50);
        Assert.Equal("/x/b/y", Encoding.ASCII.GetString(stream.Request.Path));
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Rewrite));

        void Rewrite(int times)
        {
            for (int i = 0; i < times; i++)
            {
                original.CopyTo(stream.Request);
                groups.PrepareRequest(stream);
                literal.PrepareRequest(stream);
            }
        }
    }

    [Fact]
    public void Every_try_goes_under_the_name_of_its_host()
    {
        Cluster cluster = new UpstreamWorld().Add(new ClusterConfig
        {
            Name = "c",
            Hosts =
            [
                UpstreamWorld.HostConfig("10.0.0.1:80") with { HostName = "one.test" },
                UpstreamWorld.HostConfig("10.0.0.2:80"),
                UpstreamWorld.HostConfig("10.0.0.3:80") with { HostName = "not a name" },
            ],
        });
        Route route = Compile(new RouteActionConfig { AutoHostRewrite = true });
        StreamContext stream = RoutingWorld.Get("/");
        route.PrepareRequest(stream);
        List<string> authorities = [];
        foreach (int host in (int[])[1, 0, 1, 2, 0])
        {
            route.PrepareTry(stream, cluster.Current.Hosts.All[host]);
            authorities.Add(Encoding.ASCII.GetString(stream.Request.Authority));
        }
        Assert.Equal(["h.test", "one.test", "h.test", "h.test", "one.test"], authorities);

        Route other = Compile(new RouteActionConfig());
        other.PrepareTry(stream, cluster.Current.Hosts.All[1]);
        Assert.Equal("one.test", Encoding.ASCII.GetString(stream.Request.Authority));
    }

    [Fact]
    public void A_route_says_what_the_stream_needs_to_know()
    {
        RouteConfig config = new()
        {
            Name = "n",
            Match = new RouteMatchConfig { Prefix = "/" },
            Action = new RouteActionConfig { ClusterName = "c", Priority = RoutingPriority.High, UpstreamProtocol = "Http2" },
            Mirror = new MirrorConfig { Cluster = "m", Percent = 30 },
        };
        Route route = RoutingWorld.Compile(RoutingWorld.Routes(config)).Match(RoutingWorld.Get("/"))!;
        Assert.Equal(
            ("n", "v", RoutingPriority.High, "Http2"),
            (route.Name, route.VirtualHostName, route.Priority, route.UpstreamProtocol?.Name));
        Assert.Equal(("m", 30), (route.Mirror!.Cluster.Name, route.Mirror.Percent));
        Assert.Null(RoutingWorld.Compile(RoutingWorld.Routes(config with { Mirror = new MirrorConfig { Cluster = "m" } }))
            .Match(RoutingWorld.Get("/"))!.Mirror);
    }

    [Fact]
    public void The_original_path_goes_along_in_a_header()
    {
        Route route = RoutingWorld.Compile(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Prefix = "/a" },
            Action = new RouteActionConfig { PrefixRewrite = "/b" },
        })).Match(RoutingWorld.Get("/a"))!;
        StreamContext stream = RoutingWorld.Get("/a/x?q");
        route.PrepareRequest(stream);
        Assert.Equal("/a/x", Header(stream.Request.Headers, "x-mosn-original-path"));

        StreamContext other = RoutingWorld.Get("/other");
        route.PrepareRequest(other);
        Assert.Null(Header(other.Request.Headers, "x-mosn-original-path"));
    }

    [Theory]
    [InlineData("", "", "/new", 0, "http://h.com/new?x=1", "/r1?x=1", "h.com")]
    [InlineData("https", "", "", 302, "https://h.com/r1", "/r1", "h.com:80")]
    [InlineData("https", "", "", 302, "https://h.com:8080/r1", "/r1", "h.com:8080")]
    [InlineData("HTTPS", "", "", 308, "https://h.com/", "/", "h.com")]
    [InlineData("", "other.com:80", "", 307, "http://other.com:80/r1", "/r1", "h.com")]
    [InlineData("", "", "/z?q=1", 301, "http://h.com/z%3Fq=1?y", "/r1?y", "h.com")]
    [InlineData("", "", "noslash", 303, "http://h.com/noslash", "/r1", "h.com")]
    [InlineData("", "", "", 301, "http://h.com/a%20b/c/d", "/a%20b%2Fc//d", "h.com")]
    [InlineData("", "", "", 301, "http://h.com/x?u=%0d%0a", "//evil.com/../x?u=%0d%0a", "h.com")]
    public void A_redirect_replaces_what_it_names(
        string scheme, string host, string path, int code, string expected, string target, string requestHost)
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Prefix = "/" },
            Redirect = new RedirectConfig
            {
                ResponseCode = code, SchemeRedirect = scheme, HostRedirect = host, PathRedirect = path,
            },
        }));
        StreamContext stream = RoutingWorld.Get(target, requestHost);
        Route route = table.Match(stream)!;
        ResponseHead response = new();
        Assert.Equal(0, route.Answer(stream, response).Length);
        Assert.Equal(RouteKind.Redirect, route.Kind);
        Assert.Equal(code == 0 ? 301 : code, response.Status);
        Assert.Equal($"Location={expected};", Text(response.Headers));
    }

    [Fact]
    public void A_direct_response_wins_over_redirect_and_action()
    {
        StreamContext stream = RoutingWorld.Get("/");
        Route route = RoutingWorld.Compile(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Prefix = "/" },
            Action = new RouteActionConfig { ClusterName = "c" },
            Redirect = new RedirectConfig(),
            DirectResponse = new DirectResponseConfig { Status = 400, Body = "mock 400 response" },
        })).Match(stream)!;
        ResponseHead response = new();
        Assert.Equal("mock 400 response", Encoding.UTF8.GetString(route.Answer(stream, response).Span));
        Assert.Equal((RouteKind.DirectResponse, 400), (route.Kind, response.Status));
        Assert.Equal("Content-Type=text/plain; charset=utf-8;", Text(response.Headers));
    }

    [Theory]
    [InlineData(200, "", "")]
    [InlineData(301, "1bad", "")]
    [InlineData(301, "", "a b")]
    public void A_bad_redirect_is_refused(int code, string scheme, string host) =>
        Assert.Single(RoutingWorld.Problems(RoutingWorld.Routes(new RouteConfig
        {
            Redirect = new RedirectConfig { ResponseCode = code, SchemeRedirect = scheme, HostRedirect = host },
        })));

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    public void A_bad_status_is_refused(int status) =>
        Assert.Single(RoutingWorld.Problems(RoutingWorld.Routes(new RouteConfig
        {
            DirectResponse = new DirectResponseConfig { Status = status },
        })));

    [Fact]
    public void A_refused_configuration_leaves_the_old_one()
    {
        RouterDirectory directory = new(RoutingWorld.Compiler());
        RouterRef router = directory.Get("r");
        Assert.Null(router.Current);
        Assert.Empty(directory.AddOrUpdate(RoutingWorld.Domains(["*"])));
        RouteTable? first = router.Current;
        Assert.NotNull(first);

        Assert.NotEmpty(directory.AddOrUpdate(RoutingWorld.Domains(["*"], ["*"])));
        Assert.Same(first, router.Current);
        Assert.NotEmpty(directory.AddOrUpdate(new RouterConfig { Name = "r" }));
        Assert.Same(first, router.Current);

        Assert.Empty(directory.AddOrUpdate(RoutingWorld.Domains(["a.test"])));
        Assert.NotSame(first, router.Current);
        Assert.Same(router, directory.Get("r"));
        directory.Remove("r");
        Assert.Null(router.Current);
    }

    [Fact]
    public void Preparing_costs_no_allocation()
    {
        Route route = Compile(new RouteActionConfig
        {
            WeightedClusters = [Weighted("a", 1), Weighted("b", 2)],
            PrefixRewrite = "/b",
            HostRewrite = "up.test",
            RequestHeadersToAdd = [Add("x-a", "1"), Add("x-p", "%x-mosn-path%"), Add("accept", "x")],
            RequestHeadersToRemove = ["user-agent"],
            ResponseHeadersToAdd = [Add("server", "mosn", append: false)],
        });
        StreamContext stream = RoutingWorld.Get("/a/b", headers: "User-Agent: t\nAccept: a");
        RequestHead original = new();
        stream.Request.CopyTo(original);
        ResponseHead response = new();
        Prepare(20);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Prepare));

        void Prepare(int times)
        {
            for (int i = 0; i < times; i++)
            {
                original.CopyTo(stream.Request);
                response.Clear();
                route.PickCluster(stream);
                route.PrepareRequest(stream);
                route.PrepareResponse(stream, response);
            }
        }
    }

    private static Route Compile(RouteActionConfig action) =>
        RoutingWorld.Compile(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Prefix = "/" },
            Action = action,
        })).Match(RoutingWorld.Get("/"))!;

    private static string Rewritten(RouteMatchConfig match, RouteActionConfig action, string target)
    {
        StreamContext stream = RoutingWorld.Get(target);
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
            new RouteConfig { Match = match, Action = action }, RoutingWorld.Forward("rest", new RouteMatchConfig())));
        table.Match(stream)!.PrepareRequest(stream);
        RequestHead request = stream.Request;
        return Encoding.ASCII.GetString(request.Path)
            + (request.HasQuery ? "?" + Encoding.ASCII.GetString(request.Query) : "");
    }

    private static WeightedClusterConfig Weighted(string name, uint weight) => new() { Name = name, Weight = weight };

    private static HeaderOptionConfig Add(string key, string value, bool append = true) =>
        new() { Key = key, Value = value, Append = append };

    private static string? Header(HeaderBlock headers, string name) =>
        headers.TryGet(Encoding.ASCII.GetBytes(name), out ReadOnlySpan<byte> value) ? Encoding.UTF8.GetString(value) : null;

    private static string Text(HeaderBlock headers) => string.Concat(Enumerable.Range(0, headers.Count).Select(i =>
        $"{Encoding.ASCII.GetString(headers.Name(i))}={Encoding.ASCII.GetString(headers.Value(i))};"));
}
