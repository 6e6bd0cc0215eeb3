using System.Text;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Routing;

public class RuleIndexTests
{
    /// <summary>The rules in their order, asked one by one, are what the index must agree with.</summary>
    [Fact]
    public void The_index_finds_what_a_walk_over_all_rules_finds()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int world = 0; world < 300; world++)
        {
            RouteConfig[] routes = [.. Enumerable.Range(0, random.Next(9, 60)).Select(i => RandomRoute(random, i))];
            RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(routes));
            StreamContext stream = RoutingWorld.Get("/", headers: "service: s0\nx-a: 1");
            for (int i = 0; i < 60; i++)
            {
                stream.Request.SetPath(Encoding.ASCII.GetBytes(RandomPath(random)));
                stream.Request.Headers.Set("service"u8, Encoding.ASCII.GetBytes($"s{random.Next(5)}"));
                stream.Request.Headers.Set("x-a"u8, random.Next(2) == 0 ? "1"u8 : "2"u8);
                int rule = 0;
                Route? expected = table.MatchNext(stream, ref rule);
                Route? found = table.Match(stream);
                Assert.True(
                    ReferenceEquals(expected, found),
                    $"seed {seed}, world {world}: {found?.Name} instead of {expected?.Name} "
                    + $"for {Encoding.ASCII.GetString(stream.Request.Path)}");
            }
        }
    }

    [Fact]
    public void Many_rules_of_one_prefix_keep_their_order()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
        [
            .. Enumerable.Range(0, 20).Select(i => RoutingWorld.Forward(
                $"{i}",
                new RouteMatchConfig { Prefix = "/a", Headers = [new HeaderMatcherConfig { Name = "x", Value = $"{i}" }] })),
            RoutingWorld.Forward("rest", new RouteMatchConfig { Prefix = "/" }),
        ]));
        Assert.Equal("7", RoutingWorld.ClusterOf(table, RoutingWorld.Get("/abc", headers: "x: 7")));
        Assert.Equal("rest", RoutingWorld.ClusterOf(table, RoutingWorld.Get("/abc", headers: "x: none")));
        Assert.Equal("rest", RoutingWorld.ClusterOf(table, RoutingWorld.Get("/b", headers: "x: 7")));
    }

    [Fact]
    public void A_catch_all_in_front_takes_everything()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
        [
            RoutingWorld.Forward("all", new RouteMatchConfig { Prefix = "/" }),
            .. Enumerable.Range(0, 20).Select(i => RoutingWorld.Forward($"{i}", new RouteMatchConfig { Path = $"/p{i}" })),
        ]));
        Assert.Equal("all", RoutingWorld.ClusterOf(table, RoutingWorld.Get("/p3")));
    }

    [Fact]
    public void All_routes_that_take_a_request_are_met_in_their_order()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
            RoutingWorld.Forward("path", new RouteMatchConfig { Path = "/foo1" }),
            RoutingWorld.Forward("regex", new RouteMatchConfig { Regex = "/foo[0-9]+" }),
            RoutingWorld.Forward("prefix", new RouteMatchConfig { Prefix = "/foo" })));
        Assert.Equal(["path", "regex", "prefix"], All("/foo1"));
        Assert.Equal(["regex", "prefix"], All("/foo11"));
        Assert.Equal(["prefix"], All("/foo"));
        Assert.Empty(All("/"));

        List<string> All(string path)
        {
            StreamContext stream = RoutingWorld.Get(path);
            List<string> clusters = [];
            int rule = 0;
            while (table.MatchNext(stream, ref rule) is { } route)
            {
                clusters.Add(route.PickCluster(stream).Cluster.Name);
            }
            return clusters;
        }
    }

    [Fact]
    public void A_match_in_a_large_host_costs_no_allocation()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Routes(
        [
            .. Enumerable.Range(0, 50).Select(i => RoutingWorld.Forward($"p{i}", new RouteMatchConfig { Path = $"/p/{i}" })),
            .. Enumerable.Range(0, 50).Select(i => RoutingWorld.Forward($"x{i}", new RouteMatchConfig { Prefix = $"/x/{i}/" })),
            RoutingWorld.Forward("s", new RouteMatchConfig { Headers = [new HeaderMatcherConfig { Name = "service", Value = "s" }] }),
        ]));
        StreamContext[] streams =
        [
            RoutingWorld.Get("/P/33"), RoutingWorld.Get("/x/33/y"), RoutingWorld.Get("/z", headers: "service: s"), RoutingWorld.Get("/z"),
        ];
        Assert.Equal(["p33", "x33", "s", null], streams.Select(stream => RoutingWorld.ClusterOf(table, stream)));
        Match(50);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Match));

        void Match(int times)
        {
            for (int i = 0; i < times; i++)
            {
                foreach (StreamContext stream in streams)
                {
                    table.Match(stream);
                }
            }
        }
    }

    private static string RandomPath(Random random) => random.Next(12) == 0 ? "*" : "/" + Segments(random, random.Next(5));

    private static string Segments(Random random, int count) => string.Concat(Enumerable.Range(0, count).Select(_ =>
        random.Next(8) switch { 0 => "a", 1 => "A", 2 => "ab", 3 => "abc", 4 => "b", 5 => "/", 6 => "/a", _ => "longer-than-eight" }));

    private static RouteConfig RandomRoute(Random random, int number)
    {
        string text = "/" + Segments(random, random.Next(4));
        HeaderMatcherConfig condition = random.Next(3) switch
        {
            0 => new HeaderMatcherConfig { Name = "x-a", Value = "1" },
            1 => new HeaderMatcherConfig { Name = "service", Value = $"s{random.Next(6)}", InvertMatch = random.Next(4) == 0 },
            _ => new HeaderMatcherConfig { Name = "service", Value = $"s[0{random.Next(6)}]", Regex = true },
        };
        HeaderMatcherConfig[] headers = random.Next(3) == 0 ? [condition] : [];
        RouteMatchConfig match = random.Next(20) switch
        {
            < 8 => new RouteMatchConfig { Prefix = text, Headers = headers },
            < 16 => new RouteMatchConfig { Path = text, Headers = headers },
            < 17 => new RouteMatchConfig { Regex = "b/a", Headers = headers },
            _ => new RouteMatchConfig { Headers = [condition] },
        };
        return new RouteConfig
        {
            Name = $"{number}", Match = match, Action = new RouteActionConfig { ClusterName = "c" },
        };
    }
}
