using System.Globalization;
using System.Text;
using Mosn.Protocols;
using Mosn.Proxy;
using Mosn.Proxy.Config;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;

namespace Mosn.Tests.Routing;

public class HashPolicyTests
{
    [Fact]
    public void Without_a_policy_there_is_no_hash() => Assert.Null(Compile().HashOf(RoutingWorld.Get("/")));

    [Fact]
    public void A_header_is_hashed_with_its_name_as_in_MOSN()
    {
        Route route = Compile(new HashPolicyConfig { Header = new HashHeaderConfig { Key = "X-User" } });
        Assert.Equal(Sip("X-User:ann"), route.HashOf(RoutingWorld.Get("/", headers: "x-user: ann")));
        Assert.Equal(Sip("X-User:"), route.HashOf(RoutingWorld.Get("/", headers: "x-user:")));
        Assert.Null(route.HashOf(RoutingWorld.Get("/")));
        string longName = new('u', 1000);
        Assert.Equal(Sip($"X-User:{longName}"), route.HashOf(RoutingWorld.Get("/", headers: $"x-user: {longName}")));
    }

    [Fact]
    public void A_cookie_is_hashed_with_its_name_and_wins_over_a_header()
    {
        Route route = Compile(
            new HashPolicyConfig
            {
                Cookie = new HashCookieConfig { Name = "sid" }, Header = new HashHeaderConfig { Key = "x" },
            },
            new HashPolicyConfig { SourceIp = new HashSourceIpConfig() });
        Assert.Equal(Sip("sid=7"), route.HashOf(RoutingWorld.Get("/", headers: "x: 1\nCookie: a=1; sid=7; b=2")));
        Assert.Equal(Sip("sid=7"), route.HashOf(RoutingWorld.Get("/", headers: "Cookie: a=1\nCookie: sid=7")));
        Assert.Null(route.HashOf(RoutingWorld.Get("/", headers: "Cookie: xsid=7")));
    }

    [Fact]
    public void The_source_address_is_its_own_hash()
    {
        Route route = Compile(new HashPolicyConfig { SourceIp = new HashSourceIpConfig() });
        Assert.Equal(0x0A00_0009UL, route.HashOf(RoutingWorld.Get("/"))); // The fake client's: 10.0.0.9.
        Assert.Equal(0x0A00_0009UL, Compile(new HashPolicyConfig()).HashOf(RoutingWorld.Get("/")));
    }

    [Fact]
    public void A_client_without_the_cookie_gets_one_that_leads_it_back()
    {
        Route route = Compile(new HashPolicyConfig
        {
            Cookie = new HashCookieConfig { Name = "sid", Path = "/app", Ttl = TimeSpan.FromMinutes(2) },
        });
        StreamContext stream = RoutingWorld.Get("/");
        ulong? hash = route.HashOf(stream);
        Assert.NotNull(hash);
        Assert.Equal(hash, route.HashOf(stream)); // The same for every try.

        string cookie = SetCookie(route, stream)!;
        Assert.EndsWith("; Max-Age=120; Path=/app; HttpOnly", cookie);
        string pair = cookie[..cookie.IndexOf(';', StringComparison.Ordinal)];
        Assert.Equal("sid=".Length + 16, pair.Length);
        Assert.True(ulong.TryParse(pair["sid=".Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _));

        StreamContext next = RoutingWorld.Get("/", headers: $"Cookie: {pair}");
        Assert.Equal(hash, route.HashOf(next));
        Assert.Null(SetCookie(route, next));
        Assert.NotEqual(hash, route.HashOf(RoutingWorld.Get("/")));
    }

    [Fact]
    public void Without_a_life_no_cookie_is_made()
    {
        Route route = Compile(new HashPolicyConfig { Cookie = new HashCookieConfig { Name = "sid", Path = "/" } });
        StreamContext stream = RoutingWorld.Get("/");
        Assert.Null(route.HashOf(stream));
        Assert.Null(SetCookie(route, stream));
    }

    [Fact]
    public void Hashing_and_the_cookie_cost_no_allocation()
    {
        Route made = Compile(new HashPolicyConfig
        {
            Cookie = new HashCookieConfig { Name = "sid", Ttl = TimeSpan.FromMinutes(1) },
        });
        Route header = Compile(new HashPolicyConfig { Header = new HashHeaderConfig { Key = "x" } });
        Route source = Compile(new HashPolicyConfig { SourceIp = new HashSourceIpConfig() });
        StreamContext stream = RoutingWorld.Get("/", headers: $"x: {new string('1', 400)}");
        ResponseHead response = new();
        Hash(50);
        Assert.Equal(0, RoutingWorld.BytesAllocatedBy(Hash));

        void Hash(int times)
        {
            for (int i = 0; i < times; i++)
            {
                made.HashOf(stream);
                header.HashOf(stream);
                source.HashOf(stream);
                response.Clear();
                made.PrepareResponse(stream, response);
            }
        }
    }

    private static ulong? Sip(string text) => new SipHash(0xBEEF_CAFE_BABE_DEAD, 0).Hash(Encoding.UTF8.GetBytes(text));

    private static string? SetCookie(Route route, StreamContext stream)
    {
        ResponseHead response = new();
        route.PrepareResponse(stream, response);
        return response.Headers.TryGet("set-cookie"u8, out ReadOnlySpan<byte> value) ? Encoding.ASCII.GetString(value) : null;
    }

    private static Route Compile(params HashPolicyConfig[] policies) => RoutingWorld.Compile(RoutingWorld.Routes(
        new RouteConfig { Action = new RouteActionConfig { ClusterName = "c", HashPolicy = policies } }))
        .Match(RoutingWorld.Get("/"))!;
}
