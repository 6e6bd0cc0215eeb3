using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Routing;

public class VariableRuleTests
{
    private static readonly VariableMatcherConfig HeaderIsTest = Value("request_header_h", "test");
    private static readonly VariableMatcherConfig MethodIsPost = Value("x-mosn-method", "POST");
    private static readonly VariableMatcherConfig PathHasNumber = Pattern("x-mosn-path", "/[0-9]+");
    private static readonly VariableMatcherConfig PathIs1234 = Value("x-mosn-path", "/1234");

    // header==test or method==test and uri~/[0-9]+ or uri==/1234
    [Theory]
    [InlineData("GET", "/", "test", true)]
    [InlineData("GET", "/", "/test/test", false)]
    [InlineData("POST", "/", null, false)]
    [InlineData("POST", "/77", null, true)]
    [InlineData("GET", "/1234", null, true)]
    [InlineData("GET", "/abc", null, false)]
    public void And_binds_tighter_than_or(string method, string path, string? header, bool isTaken) =>
        Assert.Equal(isTaken, Takes(
            [Or(HeaderIsTest), MethodIsPost, Or(PathHasNumber), PathIs1234], method, path, header));

    [Theory]
    [InlineData("POST", "/", "test", true)]
    [InlineData("GET", "/", "test", false)]
    [InlineData("GET", "/33", null, true)]
    public void A_pair_stands_before_alternatives(string method, string path, string? header, bool isTaken) =>
        Assert.Equal(isTaken, Takes([HeaderIsTest, Or(MethodIsPost), PathHasNumber], method, path, header));

    [Theory]
    [InlineData(MatchModel.And)]
    [InlineData(MatchModel.Or)]
    public void What_joins_the_last_condition_to_nothing_does_not_matter(MatchModel model)
    {
        Assert.True(Takes([HeaderIsTest with { Model = model }], "GET", "/", "test"));
        Assert.False(Takes([HeaderIsTest with { Model = model }], "GET", "/", "other"));
    }

    [Fact]
    public void Rules_agree_with_the_sum_of_products()
    {
        Random random = new(17);
        for (int round = 0; round < 2000; round++)
        {
            VariableMatcherConfig[] all = [HeaderIsTest, MethodIsPost, PathHasNumber, PathIs1234];
            VariableMatcherConfig[] chosen =
            [
                .. Enumerable.Range(0, random.Next(1, 7))
                    .Select(_ => all[random.Next(all.Length)] with { Model = (MatchModel)random.Next(2) }),
            ];
            string method = random.Next(2) == 0 ? "GET" : "POST";
            string path = random.Next(3) switch { 0 => "/abc", 1 => "/77", _ => "/1234" };
            string? header = random.Next(2) == 0 ? "test" : null;
            bool[] truths = [.. chosen.Select(condition => Takes([condition], method, path, header))];

            bool expected = false;
            bool product = true;
            for (int i = 0; i < chosen.Length; i++)
            {
                product = product && truths[i];
                if (chosen[i].Model == MatchModel.Or || i == chosen.Length - 1)
                {
                    expected |= product;
                    product = true;
                }
            }
            Assert.True(expected == Takes(chosen, method, path, header), $"seed 17, round {round}");
        }
    }

    [Fact]
    public void A_variable_without_a_value_meets_no_condition() =>
        Assert.False(Takes([Pattern("request_header_missing", ".*")], "GET", "/", null));

    [Fact]
    public void A_long_value_is_looked_at_whole()
    {
        string path = "/" + new string('a', 6000) + "evil";
        Assert.True(Takes([Pattern("x-mosn-path", "evil$")], "GET", path, null));
    }

    [Fact]
    public void A_pattern_wins_over_a_value() =>
        Assert.True(Takes([PathIs1234 with { Regex = "^/x" }], "GET", "/x", null));

    [Fact]
    public void An_unknown_variable_and_a_bad_pattern_are_refused()
    {
        IReadOnlyList<string> problems = RoutingWorld.Problems(RoutingWorld.Routes(RoutingWorld.Forward(
            "c", new RouteMatchConfig { Variables = [Value("no_such", "1"), Pattern("x-mosn-path", "(")] })));
        Assert.Equal(2, problems.Count);
        Assert.Equal("virtual host 'v', route 1, variable 'no_such': there is no such variable", problems[0]);
    }

    [Fact]
    public void Headers_and_path_of_the_request_are_changed_as_by_any_other_rule()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(new RouteConfig
        {
            Match = new RouteMatchConfig { Variables = [MethodIsPost with { Value = "GET" }] },
            Action = new RouteActionConfig
            {
                ClusterName = "c", HostRewrite = "other.test", RewriteRegex = "/old", RewriteSubstitution = "/new",
            },
        }));
        StreamContext stream = RoutingWorld.Get("/old/x");
        table.Match(stream)!.PrepareRequest(stream);
        Assert.Equal("other.test", System.Text.Encoding.ASCII.GetString(stream.Request.Authority));
        Assert.Equal("/new/x", System.Text.Encoding.ASCII.GetString(stream.Request.Path));
    }

    [Fact]
    public void Matching_costs_no_allocation()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(RoutingWorld.Forward(
            "c", new RouteMatchConfig { Variables = [Or(PathIs1234), PathHasNumber, HeaderIsTest] })));
        StreamContext stream = RoutingWorld.Get("/77/" + new string('x', 1000), headers: "h: test");
        Match(50);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Match));

        void Match(int times)
        {
            for (int i = 0; i < times; i++)
            {
                table.Match(stream);
            }
        }
    }

    private static VariableMatcherConfig Value(string name, string value) => new() { Name = name, Value = value };

    private static VariableMatcherConfig Pattern(string name, string pattern) => new() { Name = name, Regex = pattern };

    private static VariableMatcherConfig Or(VariableMatcherConfig condition) => condition with { Model = MatchModel.Or };

    private static bool Takes(VariableMatcherConfig[] conditions, string method, string path, string? header)
    {
        StreamContext stream = RoutingWorld.Get(path, headers: header is null ? "" : $"h: {header}");
        stream.Request.SetMethod(System.Text.Encoding.ASCII.GetBytes(method));
        return RoutingWorld.Compile(RoutingWorld.Routes(
            RoutingWorld.Forward("c", new RouteMatchConfig { Variables = conditions }))).Match(stream) is not null;
    }
}
