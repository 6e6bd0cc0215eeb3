using Mosn.Proxy.Filters;
using Mosn.Proxy.Observability;

namespace Mosn.Tests.Filters;

public sealed class FaultFilterTests
{
    [Fact]
    public void An_abort_answers_in_place_of_the_upstream()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"abort": {"status": 503, "percentage": 100}}}""");
        Assert.StartsWith("HTTP/1.1 503 ", world.Get());
        Assert.Empty(world.Seen);
        Assert.Equal(1, world.Count(FilterMetrics.Fault, FilterMetrics.FaultAborted));
        Assert.Equal(1, world.World.Count(DownstreamMetric.RequestFailed));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_percentage_of_zero_never_strikes()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"abort": {"status": 503, "percentage": 0}}}""");
        for (int i = 0; i < 100; i++)
        {
            Assert.StartsWith("HTTP/1.1 200 ", world.Get());
        }
    }

    [Fact]
    public void A_fraction_of_a_percent_strikes_about_as_often()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"abort": {"status": 503, "percentage": 12.5}}}""");
        for (int i = 0; i < 4000; i++)
        {
            world.Get();
        }
        // 500 are expected; four standard deviations of the binomial distribution are 84.
        Assert.InRange(world.Count(FilterMetrics.Fault, FilterMetrics.FaultAborted), 416, 584);
    }

    [Fact]
    public void What_one_filter_draws_says_nothing_about_what_another_will()
    {
        using FilterWorld world = new(
            """
            {"type": "fault", "config": {"delay": {"fixed_delay": "1ms", "percentage": 50}}},
            {"type": "fault", "config": {"abort": {"status": 503, "percentage": 50}}}
            """);
        HashSet<(bool, bool)> met = [];
        for (int i = 0; i < 100; i++)
        {
            bool isDelayed = world.Get().Length == 0;
            world.World.Advance(20);
            met.Add((isDelayed, world.Client.ReceivedText.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal)));
        }
        Assert.Equal(4, met.Count);
    }

    [Fact]
    public void A_delay_may_be_longer_than_a_connection_may_be_idle()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"delay": {"fixed_delay": "5m", "percentage": 100}}}""");
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
        world.World.Advance(300_100);
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
        Assert.EndsWith("body", world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_delay_holds_the_request_back_and_precedes_the_abort()
    {
        using FilterWorld world = new(
            """
            {"type": "fault", "config": {
              "delay": {"fixed_delay": "1s", "percentage": 100}, "abort": {"status": 500, "percentage": 100}}}
            """);
        Assert.Empty(world.Get());
        world.World.Advance(999);
        Assert.Empty(world.Client.ReceivedText);
        world.World.Advance(1);
        Assert.StartsWith("HTTP/1.1 500 ", world.Client.ReceivedText);
        Assert.Equal(1, world.Count(FilterMetrics.Fault, FilterMetrics.FaultDelayed));
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_client_that_leaves_during_the_delay_leaves_nothing_behind()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"delay": {"fixed_delay": "1h", "percentage": 100}}}""");
        world.Get();
        world.Client.Reset();
        world.World.Run();
        Assert.Equal(0, world.World.Count(DownstreamMetric.RequestActive));
        Assert.Empty(world.Seen);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_delayed_request_goes_on_to_the_upstream()
    {
        using FilterWorld world = new("""{"type": "fault", "config": {"delay": {"fixed_delay": "5s", "percentage": 100}}}""");
        world.Get();
        world.World.Advance(5000);
        Assert.StartsWith("HTTP/1.1 200 ", world.Client.ReceivedText);
    }

    [Fact]
    public void What_a_route_says_replaces_what_the_listener_says()
    {
        using FilterWorld world = new(
            """{"type": "fault", "config": {"abort": {"status": 503, "percentage": 100}}}""",
            ofHost: "\"fault\": {\"abort\": {\"status\": 418, \"percentage\": 100}}");
        Assert.StartsWith("HTTP/1.1 418 ", world.Get());
    }

    [Theory]
    [InlineData("upstream", 503)]
    [InlineData("another", 200)]
    public void A_cluster_restricts_the_fault_to_its_routes(string cluster, int status)
    {
        using FilterWorld world = new(
            $$"""
            {"type": "fault", "config": {"upstream_cluster": "{{cluster}}", "abort": {"status": 503, "percentage": 100} } }
            """);
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get());
    }

    [Theory]
    [InlineData("X-A: 1\r\nX-B: long\r\n", 503)]
    [InlineData("X-A: 1\r\nX-B: short\r\n", 200)]
    [InlineData("X-B: long\r\n", 200)]
    public void All_header_conditions_must_hold(string headers, int status)
    {
        using FilterWorld world = new(
            """
            {"type": "fault", "config": {
              "headers": [{"name": "x-a", "value": "1"}, {"name": "X-B", "value": "^l", "regex": true}],
              "abort": {"status": 503, "percentage": 100}}}
            """);
        Assert.StartsWith($"HTTP/1.1 {status} ", world.Get(headers));
    }
}
