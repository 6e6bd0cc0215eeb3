using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Routing;

public class RouteMatchTests
{
    [Theory]
    [InlineData("/foo", true)]
    [InlineData("/footest", true)]
    [InlineData("/foo/test", true)]
    [InlineData("/foo?key=value", true)]
    [InlineData("/x/../foo", true)]
    [InlineData("/%66oo", true)]
    [InlineData("/", false)]
    [InlineData("/test", false)]
    [InlineData("/Foo", false)]
    [InlineData("/foo/../bar", false)]
    [InlineData("/foo/%2e%2e/bar", false)]
    public void A_prefix_is_compared_byte_by_byte(string path, bool isTaken) =>
        Assert.Equal(isTaken, Takes(new RouteMatchConfig { Prefix = "/foo" }, RoutingWorld.Get(path)));

    [Theory]
    [InlineData("/test", "/Test", true)]
    [InlineData("/test", "/test/test", false)]
    [InlineData("/test", "/tes", false)]
    [InlineData("/straße/É", "/STRAßE/é", true)]
    [InlineData("/straße/É", "/strasse/é", false)]
    public void A_path_is_compared_in_any_case(string configured, string path, bool isTaken) =>
        Assert.Equal(
            isTaken, Takes(new RouteMatchConfig { Path = configured }, RoutingWorld.Get(Uri.EscapeDataString(path).Replace("%2F", "/"))));

    [Theory]
    [InlineData("/12345", true)]
    [InlineData("/x/7", true)]
    [InlineData("/test", false)]
    public void A_pattern_is_searched_for(string path, bool isTaken) =>
        Assert.Equal(isTaken, Takes(new RouteMatchConfig { Regex = "/[0-9]+" }, RoutingWorld.Get(path)));

    [Fact]
    public void Of_several_kinds_the_first_counts()
    {
        RouteMatchConfig all = new() { Prefix = "/p", Path = "/q", Regex = "/r" };
        Assert.True(Takes(all, RoutingWorld.Get("/p1")));
        Assert.False(Takes(all, RoutingWorld.Get("/q")));
        Assert.True(Takes(all with { Prefix = "" }, RoutingWorld.Get("/q")));
        Assert.False(Takes(all with { Prefix = "" }, RoutingWorld.Get("/r")));
    }

    [Theory]
    [InlineData("/foo1", "path")]
    [InlineData("/foo11", "regex")]
    [InlineData("/foo", "prefix")]
    [InlineData("/", null)]
    public void The_first_rule_that_takes_wins(string path, string? expected)
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
            RoutingWorld.Forward("path", new RouteMatchConfig { Path = "/foo1" }),
            RoutingWorld.Forward("regex", new RouteMatchConfig { Regex = "/foo[0-9]+" }),
            RoutingWorld.Forward("prefix", new RouteMatchConfig { Prefix = "/foo" })));
        Assert.Equal(expected, RoutingWorld.ClusterOf(table, RoutingWorld.Get(path)));
    }

    [Theory]
    [InlineData("X-A: 1\nX-B: beta", true)]
    [InlineData("x-a: 1\nx-b: alphabet", true)]
    [InlineData("x-a: 1", false)]
    [InlineData("x-a: 2\nx-b: beta", false)]
    [InlineData("x-a: 1\nx-b: gamma", false)]
    public void All_header_conditions_must_hold(string headers, bool isTaken)
    {
        RouteMatchConfig match = new()
        {
            Prefix = "/",
            Headers = [Header("x-a", "1"), Header("X-B", "bet", isRegex: true)],
        };
        Assert.Equal(isTaken, Takes(match, RoutingWorld.Get("/", headers: headers)));
    }

    [Fact]
    public void A_header_named_method_is_the_method_unless_headers_are_all_there_is()
    {
        StreamContext stream = RoutingWorld.Get("/");
        Assert.True(Takes(new RouteMatchConfig { Prefix = "/", Headers = [Header("method", "GET")] }, stream));
        Assert.False(Takes(new RouteMatchConfig { Prefix = "/", Headers = [Header("method", "POST")] }, stream));
        Assert.False(Takes(new RouteMatchConfig { Headers = [Header("method", "GET")] }, stream));
        Assert.True(Takes(
            new RouteMatchConfig { Headers = [Header("method", "m")] }, RoutingWorld.Get("/", headers: "method: m")));
    }

    [Theory]
    [InlineData(".*", "service: anything", true)]
    [InlineData(".*", "other: x", false)]
    [InlineData("s1", "service: s1", true)]
    [InlineData("s1", "service: s2", false)]
    public void A_rule_by_service_alone_knows_any_value(string value, string headers, bool isTaken) =>
        Assert.Equal(
            isTaken,
            Takes(new RouteMatchConfig { Headers = [Header("service", value)] }, RoutingWorld.Get("/", headers: headers)));

    [Fact]
    public void Rules_by_headers_alone_do_not_look_at_the_path()
    {
        RouteMatchConfig two = new() { Headers = [Header("service", "s"), Header("x", "1")] };
        Assert.True(Takes(two, RoutingWorld.Get("/any", headers: "service: s\nx: 1")));
        Assert.False(Takes(two, RoutingWorld.Get("/any", headers: "service: s")));
        Assert.True(Takes(new RouteMatchConfig(), RoutingWorld.Get("/any")));
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("xabc", false)]
    public void A_header_may_be_tested_by_its_start(string? value, bool holds) =>
        Assert.Equal(holds, Takes(new HeaderMatcherConfig { Name = "h", PrefixMatch = "ab" }, value));

    [Theory]
    [InlineData("xab", true)]
    [InlineData("abx", false)]
    public void A_header_may_be_tested_by_its_end(string? value, bool holds) =>
        Assert.Equal(holds, Takes(new HeaderMatcherConfig { Name = "h", SuffixMatch = "ab" }, value));

    [Theory]
    [InlineData("xaby", true)]
    [InlineData("xAby", false)]
    public void A_header_may_be_tested_by_what_it_contains(string? value, bool holds) =>
        Assert.Equal(holds, Takes(new HeaderMatcherConfig { Name = "h", ContainsMatch = "ab" }, value));

    [Theory]
    [InlineData("-5", true)]
    [InlineData("9", true)]
    [InlineData("10", false)]
    [InlineData("-6", false)]
    [InlineData("5x", false)]
    [InlineData("5.5", false)]
    [InlineData("", false)]
    [InlineData("99999999999999999999", false)]
    public void A_header_may_be_a_number_in_a_range(string? value, bool holds)
    {
        RangeMatchConfig range = new() { Start = -5, End = 10 };
        Assert.Equal(holds, Takes(new HeaderMatcherConfig { Name = "h", RangeMatch = range }, value));
        Assert.Equal(!holds, Takes(new HeaderMatcherConfig { Name = "h", RangeMatch = range, InvertMatch = true }, value));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("x", true)]
    [InlineData(null, false)]
    public void A_header_may_have_to_be_there_or_not(string? value, bool holds)
    {
        Assert.Equal(holds, Takes(new HeaderMatcherConfig { Name = "h", PresentMatch = true }, value));
        Assert.Equal(!holds, Takes(new HeaderMatcherConfig { Name = "h", PresentMatch = true, InvertMatch = true }, value));
    }

    [Fact]
    public void An_inverted_test_holds_without_the_header()
    {
        HeaderMatcherConfig notOne = new() { Name = "h", Value = "1", InvertMatch = true };
        Assert.True(Takes(notOne, null));
        Assert.True(Takes(notOne, "2"));
        Assert.False(Takes(notOne, "1"));
        Assert.False(Takes(notOne with { Value = "[0-9]", Regex = true }, "a1"));
    }

    [Fact]
    public void A_header_named_method_can_be_meant()
    {
        RouteMatchConfig match = new()
        {
            Prefix = "/",
            Headers = [new HeaderMatcherConfig { Name = "method", Value = "m", LiteralName = true }],
        };
        Assert.True(Takes(match, RoutingWorld.Get("/", headers: "method: m")));
        Assert.False(Takes(match, RoutingWorld.Get("/")));
    }

    [Fact]
    public void The_method_is_compared_and_can_be_excluded()
    {
        StreamContext stream = RoutingWorld.Get("/");
        Assert.False(Takes(new RouteMatchConfig { Prefix = "/", Headers = [Header("method", "GE.", isRegex: true)] }, stream));
        Assert.False(Takes(
            new RouteMatchConfig { Prefix = "/", Headers = [Header("method", "GET") with { InvertMatch = true }] }, stream));
        Assert.True(Takes(
            new RouteMatchConfig
            {
                Prefix = "/",
                Headers = [new HeaderMatcherConfig { Name = "method", PrefixMatch = "G" }],
            },
            stream));
    }

    [Theory]
    [InlineData("/?a=1", true)]
    [InlineData("/?b=2&a=1&a=2", true)]
    [InlineData("/?a=2&a=1", false)]
    [InlineData("/?%61=%31", true)]
    [InlineData("/?a", false)]
    [InlineData("/?aa=1", false)]
    [InlineData("/", false)]
    public void A_query_parameter_is_compared_decoded(string target, bool holds) =>
        Assert.Equal(holds, Takes(Query(new QueryParameterConfig { Name = "a", Value = "1" }), RoutingWorld.Get(target)));

    [Theory]
    [InlineData("/?q=x+y%26z", true)]
    [InlineData("/?q=x", false)]
    public void A_query_parameter_may_be_searched_by_a_pattern(string target, bool holds) =>
        Assert.Equal(holds, Takes(
            Query(new QueryParameterConfig { Name = "q", Value = "^x y&z$", Regex = true }), RoutingWorld.Get(target)));

    [Theory]
    [InlineData("/?debug", true)]
    [InlineData("/?debug=", true)]
    [InlineData("/?x=debug", false)]
    public void A_query_parameter_may_have_to_be_there_or_not(string target, bool isThere)
    {
        QueryParameterConfig present = new() { Name = "debug", PresentMatch = true };
        Assert.Equal(isThere, Takes(Query(present), RoutingWorld.Get(target)));
        Assert.Equal(!isThere, Takes(Query(present with { InvertMatch = true }), RoutingWorld.Get(target)));
    }

    [Fact]
    public void A_query_longer_than_the_stack_room_is_read_as_well()
    {
        RouteMatchConfig match = Query(new QueryParameterConfig { Name = "last", Value = new string('v', 400) });
        Assert.True(Takes(match, RoutingWorld.Get($"/?{new string('x', 900)}=1&l%61st={new string('v', 400)}")));
    }

    [Fact]
    public void Bad_patterns_are_refused_with_their_place()
    {
        IReadOnlyList<string> problems = RoutingWorld.Problems(RoutingWorld.Routes(
            RoutingWorld.Forward("c", new RouteMatchConfig { Regex = "(" }),
            RoutingWorld.Forward("c", new RouteMatchConfig { Prefix = "/", Headers = [Header("x", "(?=a)", isRegex: true)] })));
        Assert.Equal(2, problems.Count);
        Assert.StartsWith("virtual host 'v', route 1: ", problems[0]);
        Assert.StartsWith("virtual host 'v', route 2, header 'x': ", problems[1]);
    }

    [Fact]
    public void Matching_costs_no_allocation()
    {
        RouteTable table = RoutingWorld.Compile(new RouterConfig
        {
            Name = "r",
            VirtualHosts =
            [
                .. Enumerable.Range(0, 100).Select(i => new VirtualHostConfig
                {
                    Name = $"v{i}",
                    Domains = [$"h{i}.test", $"*.s{i}.test:*"],
                    Routes =
                    [
                        RoutingWorld.Forward("a", new RouteMatchConfig { Path = "/exact" }),
                        RoutingWorld.Forward("b", new RouteMatchConfig { Regex = "^/[0-9]+/x" }),
                        RoutingWorld.Forward("c", new RouteMatchConfig { Prefix = "/p", Headers = [Header("x-a", "1")] }),
                        RoutingWorld.Forward("d", new RouteMatchConfig { Prefix = "/" }),
                    ],
                }),
            ],
        });
        StreamContext[] requests =
        [
            RoutingWorld.Get("/EXACT", "h7.test"),
            RoutingWorld.Get("/123/x", "a.b.s9.test:81"),
            RoutingWorld.Get("/p/x", "h99.test", "X-A: 1"),
            RoutingWorld.Get("/a/../%70/y", "h3.test"),
            RoutingWorld.Get("/", "nobody.test"),
        ];
        Assert.Equal(["a", "b", "c", "d", null], requests.Select(request => RoutingWorld.ClusterOf(table, request)));
        MatchAll(200);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(MatchAll));

        void MatchAll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                foreach (StreamContext request in requests)
                {
                    table.Match(request);
                }
            }
        }
    }

    private static HeaderMatcherConfig Header(string name, string value, bool isRegex = false) =>
        new() { Name = name, Value = value, Regex = isRegex };

    private static RouteMatchConfig Query(QueryParameterConfig parameter) =>
        new() { Path = "/", QueryParameters = [parameter] };

    /// <param name="value">Of the header h; null: there is none.</param>
    private static bool Takes(HeaderMatcherConfig header, string? value) => Takes(
        new RouteMatchConfig { Prefix = "/", Headers = [header] },
        RoutingWorld.Get("/", headers: value is null ? "" : $"h: {value}"));

    private static bool Takes(RouteMatchConfig match, StreamContext stream) =>
        RoutingWorld.Compile(RoutingWorld.Routes(RoutingWorld.Forward("c", match))).Match(stream) is not null;
}
