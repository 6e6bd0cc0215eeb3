using CsCheck;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Tests.Streams;

namespace Mosn.Tests.Routing;

public class VirtualHostTests
{
    [Theory]
    [InlineData("*", "foo.com", true)]
    [InlineData("*", "12345678", true)]
    [InlineData("www.sofa-mosn.test", "www.sofa-mosn.test", true)]
    [InlineData("www.sofa-mosn.test", "WWW.Sofa-MOSN.Test", true)]
    [InlineData("WWW.Sofa-mosn.test", "www.sofa-mosn.test", true)]
    [InlineData("www.sofa-mosn.test", "*", false)]
    [InlineData("www.sofa-mosn.test", "*www.sofa-mosn.test", false)]
    [InlineData("www.sofa-mosn.test", "sofa-mosn.test", false)]
    [InlineData("www.sofa-mosn.test", "www.sofa-mosn", false)]
    [InlineData("www.sofa-mosn.test", "www.sofa-mosn.test1", false)]
    [InlineData("www.sofa-mosn.test", "*.sofa-mosn.test", false)]
    [InlineData("*.test.com", "a.test.com", true)]
    [InlineData("*.test.com", "a.test.test.com", true)]
    [InlineData("*.test.com", "a.b.test.com", true)]
    [InlineData("*.test.com", "*.test.com", true)]
    [InlineData("*.test.com", "A.TEST.com", true)]
    [InlineData("*.test.com", "a.test.net", false)]
    [InlineData("*.test.com", "a-test.com", false)]
    [InlineData("*.test.com", ".test.com", false)]
    [InlineData("*.test.com", "*", false)]
    [InlineData("*-bar.foo.com", "a-bar.foo.com", true)]
    [InlineData("*-bar.foo.com", "a.b-bar.foo.com", true)]
    [InlineData("*-bar.foo.com", "a.-bar.foo.com", true)]
    [InlineData("*-bar.foo.com", "bar.foo.com", false)]
    [InlineData("*-bar.foo.com", "a.foo.com", false)]
    [InlineData("*-bar.foo.com", "-bar.test.com", false)]
    [InlineData("www.a.com", "www.a.com:8080", false)]
    [InlineData("www.a.com:*", "www.a.com:8080", true)]
    [InlineData("www.a.com:*", "www.a.com", true)]
    [InlineData("[::1]:80", "[::1]:80", true)]
    [InlineData("[::1]:80", "[::2]:80", false)]
    public void A_domain_takes_the_hosts_it_names(string domain, string host, bool isTaken) =>
        Assert.Equal(isTaken, Find(RoutingWorld.Domains([domain]), host) == "0");

    [Theory]
    [InlineData("f-bar.baz.com", "0")]
    [InlineData("foo-bar.baz.com", "1")]
    [InlineData("foo.baz.com", "2")]
    [InlineData("foo.com", null)]
    public void The_longest_suffix_wins_and_the_whole_name_over_all(string host, string? expected) =>
        Assert.Equal(expected, Find(RoutingWorld.Domains(["f-bar.baz.com"], ["*-bar.baz.com"], ["*.baz.com"]), host));

    [Theory]
    [InlineData("www.test.com", "0")]
    [InlineData("www.test.com:8080", "1")]
    [InlineData("www.test.com:80", "2")]
    [InlineData("www.test.com:30888", "2")]
    [InlineData("hello.test.com:30888", "3")]
    [InlineData("hello.com:30888", "4")]
    [InlineData("hello.com:30777", "5")]
    [InlineData("hello.cn:30777", "6")]
    [InlineData("hello.cn", "6")]
    [InlineData("hello.cn:80", "7")]
    public void Ports_are_part_of_a_domain(string host, string expected) =>
        Assert.Equal(expected, Find(
            RoutingWorld.Domains(
                ["www.test.com"], ["www.test.com:8080"], ["www.test.com:*"], ["*.test.com:30888"], ["*.com:30888"],
                ["*.com:*", "*.com"], ["*:*"], ["*:80"]),
            host));

    [Fact]
    public void A_request_without_a_host_is_one_for_the_default()
    {
        RouteTable table = RoutingWorld.Compile(RoutingWorld.Domains(["a.test"], ["*"]));
        StreamContext stream = FakeServerStream.Open("GET / HTTP/1.0");
        Assert.Equal("1", RoutingWorld.ClusterOf(table, stream));
        Assert.Null(RoutingWorld.Compile(RoutingWorld.Domains(["a.test"])).Match(stream));
    }

    [Theory]
    [InlineData("*|*")]
    [InlineData("*|*:*")]
    [InlineData("a.test|A.test")]
    [InlineData("a.test:80|a.test:80")]
    [InlineData("*.test|*.test")]
    [InlineData("*.test:*|*.TEST:*")]
    public void Two_virtual_hosts_cannot_have_one_domain(string domains) =>
        Assert.Single(RoutingWorld.Problems(RoutingWorld.Domains([.. domains.Split('|').Select(domain => new[] { domain })])));

    [Theory]
    [InlineData("")]
    [InlineData("foo.*")]
    [InlineData("a.*.b")]
    [InlineData("a.test:x")]
    [InlineData("a:b:c")]
    public void A_bad_domain_is_refused(string domain) =>
        Assert.Single(RoutingWorld.Problems(RoutingWorld.Domains([domain])));

    [Fact]
    public void Different_suffixes_live_together() =>
        Assert.Empty(RoutingWorld.Problems(RoutingWorld.Domains(["*.a.test"], ["*.b.test"], ["*.test"])));

    [Fact]
    public void Selection_agrees_with_a_naive_one()
    {
        Gen<string> name = Const("a", "b", "aa", "a.b", "b.a", "a.b.a", "aa.b", "b.aa.b", "A.b");
        Gen<string> port = Const("", ":80", ":81", ":*");
        Gen<string> domain = Gen.Select(Const("", "*", "*."), name, port, (star, n, p) => star + n + p);
        Gen<string> any = Gen.Frequency((8, domain), (1, Const("*", "*:80", "*:*")));
        Gen<string> host = Gen.Select(name, Const("", ":80", ":81", ":82"), (n, p) => n + p);
        Gen.Select(any.Array[1, 12], host.Array[20]).Sample((domains, hosts) =>
        {
            string[] distinct = [.. domains.DistinctBy(static d => d is "*:*" ? "*" : d.ToLowerInvariant())];
            RouteTable table = RoutingWorld.Compile(RoutingWorld.Domains([.. distinct.Select(static d => new[] { d })]));
            StreamContext stream = RoutingWorld.Get("/");
            foreach (string authority in hosts)
            {
                stream.Request.SetAuthority(System.Text.Encoding.ASCII.GetBytes(authority));
                int expected = Naive(distinct, authority.ToLowerInvariant());
                Assert.Equal(expected < 0 ? null : $"{expected}", RoutingWorld.ClusterOf(table, stream));
            }
        });
    }

    /// <summary>The index of the domain that takes the host, -1 if none does: the priorities written down one by one.</summary>
    private static int Naive(string[] domains, string authority)
    {
        (string name, string port) = Split(authority);
        (string Name, string Port, int Index)[] split =
            [.. domains.Select((d, i) => (Split(d.ToLowerInvariant()).Name, Split(d.ToLowerInvariant()).Port, i))
                .Where(d => d.Name != "*" || d.Port is not ("" or "*"))];
        foreach (string wanted in (string[])[port, "*"])
        {
            foreach ((string n, string p, int i) in split.Where(d => !d.Name.StartsWith('*')))
            {
                if (n == name && p == wanted)
                {
                    return i;
                }
            }
        }
        foreach (string wanted in (string[])[port, "*"])
        {
            (string Name, string Port, int Index)[] fitting =
                [.. split.Where(d => d.Name.StartsWith('*') && d.Port == wanted
                    && name.Length > d.Name.Length - 1 && name.EndsWith(d.Name[1..]))
                    .OrderByDescending(d => d.Name.Length)];
            if (fitting.Length > 0)
            {
                return fitting[0].Index;
            }
        }
        return Array.FindIndex(domains, static d => d is "*" or "*:*");
    }

    private static (string Name, string Port) Split(string text) =>
        text.Split(':') is [var name, var port] ? (name, port) : (text, "");

    private static string? Find(RouterConfig config, string host)
    {
        StreamContext stream = RoutingWorld.Get("/", host);
        return RoutingWorld.ClusterOf(RoutingWorld.Compile(config), stream);
    }

    private static Gen<string> Const(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
