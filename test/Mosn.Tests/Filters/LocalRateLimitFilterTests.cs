using System.Collections.Concurrent;
using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Filters;

public sealed class LocalRateLimitFilterTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void A_burst_passes_and_then_tokens_come_back_evenly()
    {
        using FilterWorld world = new(
            """{"type": "local_rate_limit", "config": {"max_tokens": 3, "tokens_per_fill": 2, "fill_interval": "1s"}}""");
        Assert.Equal([200, 200, 200, 429], Statuses(world, 4));
        world.World.Advance(499);
        Assert.Equal([429], Statuses(world, 1));
        world.World.Advance(1);
        Assert.Equal([200, 429], Statuses(world, 2));
        world.World.Advance(60_000);
        Assert.Equal([200, 200, 200, 429], Statuses(world, 4));
        Assert.Equal(7, world.Count(FilterMetrics.LocalRateLimit, FilterMetrics.RateAllowed));
        Assert.Equal(4, world.Count(FilterMetrics.LocalRateLimit, FilterMetrics.RateLimited));
        Assert.Equal(4, world.World.Count(DownstreamMetric.RequestFailed));
    }

    [Fact]
    public void A_refusal_says_when_to_come_back()
    {
        using FilterWorld world = new(
            """{"type": "local_rate_limit", "config": {"max_tokens": 1, "fill_interval": "90s", "status": 503}}""");
        world.Get();
        string refusal = world.Get();
        Assert.StartsWith("HTTP/1.1 503 ", refusal);
        Assert.Contains("\r\nRetry-After: 90\r\n", refusal);
        Assert.DoesNotContain("x-ratelimit", refusal);
    }

    [Fact]
    public void Clients_are_told_what_is_left_if_the_operator_wants_it()
    {
        using FilterWorld world = new(
            """{"type": "local_rate_limit", "config": {"max_tokens": 2, "fill_interval": "10s", "headers": true}}""");
        Assert.Contains("\r\nx-ratelimit-limit: 2\r\nx-ratelimit-remaining: 1\r\nx-ratelimit-reset: 10\r\n", world.Get());
        world.Get();
        string refusal = world.Get();
        Assert.StartsWith("HTTP/1.1 429 ", refusal);
        Assert.Contains("\r\nx-ratelimit-limit: 2\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 20\r\n", refusal);
    }

    [Theory]
    [InlineData("""{"type": "header", "name": "X-User"}""", "X-User: a\r\n", "X-User: b\r\n")]
    [InlineData("""{"type": "header", "name": "X-User"}""", "X-User: a\r\n", "")]
    [InlineData("""{"type": "variable", "name": "Http1_cookie_id"}""", "Cookie: id=1\r\n", "Cookie: id=2\r\n")]
    [InlineData("""{"type": "source_ip"}, {"type": "header", "name": "a"}""", "A: 1\r\n", "A: 2\r\n")]
    public void Each_key_has_a_bucket_of_its_own(string keys, string one, string another)
    {
        using FilterWorld world = new(
            $$"""{"type": "local_rate_limit", "config": {"max_tokens": 1, "fill_interval": "1h", "keys": [{{keys}}] } }""");
        Assert.Contains(" 200 ", world.Get(one));
        Assert.Contains(" 200 ", world.Get(another));
        Assert.Contains(" 429 ", world.Get(one));
        Assert.Contains(" 429 ", world.Get(another));
    }

    [Theory]
    [InlineData("{\"max_tokens\": 1, \"fill_interval\": \"1h\"}", 1)]
    [InlineData("{}", 5)]
    public void What_a_route_says_replaces_what_the_listener_says(string ofRoute, int passing)
    {
        using FilterWorld world = new(
            """{"type": "local_rate_limit", "config": {"max_tokens": 3, "fill_interval": "1h"}}""",
            ofHost: $"\"local_rate_limit\": {ofRoute}");
        Assert.Equal(passing, Statuses(world, 5).Count(status => status == 200));
    }

    [Fact]
    public void Another_spelling_of_a_path_is_no_other_key()
    {
        using FilterWorld world = new(
            """{"type": "local_rate_limit", "config": {"max_tokens": 1, "fill_interval": "1h", "keys": [{"type": "path"}]}}""");
        Assert.Contains(" 200 ", world.Get(path: "/a/b"));
        Assert.Contains(" 429 ", world.Get(path: "/%61//./b?x=1"));
        Assert.Contains(" 200 ", world.Get(path: "/a/c"));
    }

    [Theory]
    [InlineData("""{"type": "path"}""", ", \"prefix_rewrite\": \"/other/\"")]
    [InlineData("""{"type": "header", "name": "x-user"}""", ", \"request_headers_to_remove\": [\"x-user\"]")]
    public void What_clients_are_told_is_of_the_bucket_that_they_took_from(string key, string route)
    {
        using FilterWorld world = new(new Mosn.Testing.ProxyWorld(Mosn.Testing.ProxyWorld.Http(
            listener: $$$"""
                , "stream_filters": [{"type": "local_rate_limit", "config":
                {"max_tokens": 5, "fill_interval": "1h", "headers": true, "keys": [{{{key}}}]}}]
                """,
            route: route)));
        Assert.Contains("\r\nx-ratelimit-remaining: 4\r\n", world.Get("x-user: a\r\n"));
        Assert.Contains("\r\nx-ratelimit-remaining: 3\r\n", world.Get("x-user: a\r\n"));
    }

    [Fact]
    public void A_request_that_another_filter_has_refused_is_told_nothing()
    {
        using FilterWorld world = new(
            """
            {"type": "ip_access", "config": {"default_action": "deny"}},
            {"type": "local_rate_limit", "config": {"max_tokens": 5, "headers": true}}
            """);
        string refusal = world.Get();
        Assert.StartsWith("HTTP/1.1 403 ", refusal);
        Assert.DoesNotContain("x-ratelimit", refusal);
    }

    [Fact]
    public void Loops_that_take_at_once_get_no_token_twice()
    {
        TokenBucket bucket = new();
        TokenRate rate = TokenRate.Of(10_000, 1, TimeSpan.FromHours(1));
        int taken = 0;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 5000; i++)
            {
                if (bucket.TryTake(rate, Second, out long _))
                {
                    Interlocked.Increment(ref taken);
                }
            }
        });
        Assert.Equal(10_000, taken);
    }

    [Fact]
    public void Loops_that_meet_a_new_key_at_once_share_its_bucket()
    {
        TokenBuckets buckets = new(keysMax: 4096);
        ConcurrentDictionary<ulong, TokenBucket> found = new();
        Parallel.For(0, 8, _ =>
        {
            for (ulong key = 0; key < 1000; key++)
            {
                TokenBucket bucket = buckets.Find(key * 0x9E37_79B9_7F4A_7C15, Second, out bool dropped);
                Assert.False(dropped);
                Assert.Same(found.GetOrAdd(key, bucket), bucket);
            }
        });
    }

    [Fact]
    public void A_full_table_gives_up_the_key_that_is_nearest_to_full()
    {
        TokenBuckets buckets = new(keysMax: 8);
        TokenRate rate = TokenRate.Of(10, 10, TimeSpan.FromSeconds(10));
        TokenBucket[] first = [.. Enumerable.Range(0, 8).Select(key => buckets.Find((ulong)key, Second, out bool _))];
        for (int key = 0; key < 8; key++)
        {
            for (int i = 0; i < (key == 5 ? 1 : 2); i++)
            {
                first[key].TryTake(rate, Second, out _);
            }
        }
        buckets.Find(100, Second, out bool dropped);
        Assert.True(dropped);
        Assert.Same(first[4], buckets.Find(4, Second, out _));
        Assert.NotSame(first[5], buckets.Find(5, 100 * Second, out dropped));
        Assert.False(dropped); // What was given up now had long been full.
    }

    [Fact]
    public void The_rate_over_a_long_time_is_the_one_configured()
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        TokenBucket bucket = new();
        TokenRate rate = TokenRate.Of(50, 300, TimeSpan.FromSeconds(1));
        long nowNs = Second;
        int taken = 0;
        while (nowNs < 101 * Second)
        {
            nowNs += random.Next(0, 4_000_000);
            taken += bucket.TryTake(rate, nowNs, out _) ? 1 : 0;
        }
        Assert.True(taken is >= 29_900 and <= 30_060, $"seed {seed}: {taken}");
    }

    private static int[] Statuses(FilterWorld world, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => int.Parse(world.Get().Split(' ')[1]))];
}
