namespace Mosn.Tests.Filters;

public sealed class BufferFilterTests
{
    private const string Filter = """{"type": "buffer", "config": {"max_request_bytes": 10}}""";

    [Theory]
    [InlineData("Content-Length: 6\r\n\r\nabc", "def")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "3\r\ndef\r\n0\r\n\r\n")]
    public void The_upstream_hears_of_a_request_when_its_body_is_whole(string begin, string rest)
    {
        using FilterWorld world = new(Filter) { Answer = null };
        world.Send($"POST / HTTP/1.1\r\nHost: a\r\n{begin}");
        Assert.Empty(world.Seen);
        world.Send(rest);
        Assert.Contains("abc", world.Seen);
        Assert.Contains("def", world.Seen);
        world.Host.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.World.Run();
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n9\r\n123456789\r\n2\r\nab\r\n")]
    public void A_larger_body_is_refused(string request)
    {
        using FilterWorld world = new(Filter) { Answer = null };
        Assert.StartsWith("HTTP/1.1 413 ", world.Send($"POST / HTTP/1.1\r\nHost: a\r\n{request}"));
        Assert.Empty(world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_route_may_go_without_or_have_a_bound_of_its_own()
    {
        using FilterWorld off = new(Filter, ofHost: "\"buffer\": {\"disabled\": true}") { Answer = null };
        off.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nabc");
        Assert.EndsWith("abc", off.Seen);
        using FilterWorld small = new(Filter, ofHost: "\"buffer\": {\"max_request_bytes\": 2}");
        Assert.StartsWith("HTTP/1.1 413 ", small.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"));
    }

    [Fact]
    public void A_filter_of_the_body_has_the_last_word()
    {
        using FilterWorld world = new(
            """
            {"type": "payload_limit", "config": {"max_entity_size": 4, "http_status": 418}},
            {"type": "buffer", "config": {"max_request_bytes": 100}}
            """);
        string answer = world.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 418 ", answer);
        Assert.Empty(world.Leaks());
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 ")]
    [InlineData("Content-Length: 6\r\n\r\nabc", "HTTP/1.1 408 ")]
    public void A_client_that_sends_its_body_badly_is_told_so(string request, string status)
    {
        using FilterWorld world = new(Filter);
        world.Send($"POST / HTTP/1.1\r\nHost: a\r\n{request}");
        world.World.Advance(70_000);
        Assert.StartsWith(status, world.Client.ReceivedText);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_client_that_leaves_leaves_nothing_behind()
    {
        using FilterWorld world = new(Filter) { Answer = null };
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        world.Client.Reset();
        world.World.Run();
        Assert.Empty(world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_client_that_is_told_to_send_and_does_not_is_given_up()
    {
        using FilterWorld world = new(Filter) { Answer = null };
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", world.Client.ReceivedText);
        world.World.Advance(80_000);
        Assert.Contains("HTTP/1.1 408 ", world.Client.ReceivedText);
        Assert.Empty(world.Leaks());
    }
}
