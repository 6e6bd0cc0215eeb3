using Mosn.Proxy.Filters;

namespace Mosn.Tests.Filters;

public sealed class PayloadLimitFilterTests
{
    private const string Filter = """{"type": "payload_limit", "config": {"max_entity_size": 5}}""";

    [Fact]
    public void A_length_above_the_limit_is_refused_before_the_body_comes()
    {
        using FilterWorld world = new(Filter);
        string answer = world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Empty(world.Seen);
        Assert.Equal(1, world.Count(FilterMetrics.PayloadLimit, FilterMetrics.PayloadRefused));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_body_of_just_the_limit_passes()
    {
        using FilterWorld world = new(Filter);
        Assert.StartsWith("HTTP/1.1 200 ", world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345"));
        Assert.EndsWith("\r\n\r\n12345", world.Seen);
        Assert.StartsWith("HTTP/1.1 200 ", world.Get());
    }

    [Fact]
    public void A_body_of_unknown_length_is_refused_at_the_byte_too_many()
    {
        using FilterWorld world = new(Filter) { Answer = null };
        Assert.Empty(world.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
        Assert.EndsWith("3\r\nabc\r\n", world.Seen);
        Assert.StartsWith("HTTP/1.1 413 ", world.Send("3\r\ndef\r\n"));
        Assert.DoesNotContain("def", world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_body_that_outgrows_the_limit_behind_a_response_ends_the_stream()
    {
        using FilterWorld world = new(Filter) { Answer = null };
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
        world.Host.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
        world.World.Run();
        world.Send("3\r\ndef\r\n");
        Assert.True(world.Client.WasReset);
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("{\"max_entity_size\": 2, \"http_status\": 400}", 400)]
    [InlineData("{}", 200)]
    public void What_a_route_says_replaces_what_the_listener_says(string ofRoute, int status)
    {
        using FilterWorld world = new(Filter, ofHost: $"\"payload_limit\": {ofRoute}");
        string answer = world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n123456");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
    }

    [Theory]
    [InlineData("max_entity_size", "http_status", 403)]
    [InlineData("max_entity_size ", "http_status", 403)]
    public void Both_spellings_of_the_key_and_a_status_of_ones_own_are_taken(string key, string statusKey, int status)
    {
        using FilterWorld world = new(
            $$"""{"type": "payload_limit", "config": {"{{key}}": 5, "{{statusKey}}": {{status}} } }""");
        string answer = world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
    }
}
