using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>The time that a client gives its call.</summary>
public sealed class GrpcDeadlineTests
{
    [Fact]
    public void A_call_ends_when_its_time_is_up_although_the_route_would_wait_longer()
    {
        using GrpcWorld world = new();
        world.Call("grpc-timeout: 200m\r\n");
        Assert.Contains("grpc-timeout: 200m\r\n", world.Asked.ReceivedText);
        world.Proxy.Advance(190);
        Assert.Equal("", world.Received);
        world.Proxy.Advance(20);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.RequestTimeout));
    }

    [Fact]
    public void The_routes_time_ends_a_call_before_its_own_if_it_is_shorter()
    {
        using GrpcWorld world = new(""", "timeout": "100ms" """);
        world.Call("grpc-timeout: 1H\r\n");
        world.Proxy.Advance(120);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
    }

    [Fact]
    public void The_time_goes_on_while_messages_come()
    {
        using GrpcWorld world = new();
        world.Call("grpc-timeout: 1S\r\n");
        world.Answer(GrpcWorld.Begun);
        world.Proxy.Advance(900);
        world.AnswerMore($"5\r\n{GrpcWorld.Message}\r\n");
        Assert.EndsWith($"5\r\n{GrpcWorld.Message}\r\n", world.Received);
        world.Proxy.Advance(120);
        Assert.EndsWith("0\r\nGrpc-Status: 4\r\nGrpc-Message: upstream timed out\r\n\r\n", world.Received);
        Assert.False(world.Client.WasReset);
    }

    [Fact]
    public void The_time_counts_from_the_head_of_the_request_however_long_its_messages_take()
    {
        using GrpcWorld world = new();
        world.Send("POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\ngrpc-timeout: 1S\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n5\r\n{GrpcWorld.Message}\r\n");
        world.Proxy.Advance(600);
        world.Send($"5\r\n{GrpcWorld.Message}\r\n");
        world.Proxy.Advance(450);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
    }

    [Fact]
    public void A_filter_that_waits_holds_a_call_no_longer_than_its_client_waits()
    {
        using GrpcWorld world = new(
            listener: """, "stream_filters": [{"type": "fault", "config": {"delay": {"percentage": 100, "fixed_delay": "10s"}}}]""");
        world.Call("grpc-timeout: 200m\r\n");
        world.Proxy.Advance(190);
        Assert.Equal("", world.Received);
        world.Proxy.Advance(30);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
        Assert.Equal(0, world.AskedCount);
    }

    [Fact]
    public void The_next_host_is_told_what_is_left()
    {
        using GrpcWorld world = new(
            """, "retry_policy": { "conditions": ["unavailable"], "back_off": { "base_interval": "0s", "max_interval": "0s" } } """,
            hosts: 2);
        world.Call("grpc-timeout: 2S\r\n");
        Assert.Contains("grpc-timeout: 2S\r\n", world.Asked.ReceivedText);
        world.Proxy.Advance(500);
        world.Answer(GrpcWorld.Status(14));
        Assert.Contains("Grpc-Timeout: 1500m\r\n", world.Asked.ReceivedText);
        Assert.DoesNotContain("2S", world.Asked.ReceivedText);
    }

    [Fact]
    public void A_host_does_not_end_a_try_that_is_ours_to_end()
    {
        using GrpcWorld world = new(
            """
            , "retry_policy": { "conditions": ["try-timeout"], "retry_timeout": "300ms", "retry_unsafe_methods": true }
            """,
            hosts: 2);
        world.Call("grpc-timeout: 2S\r\n");
        MemoryPeer slow = world.Asked;
        Assert.Contains("grpc-timeout: 2S\r\n", slow.ReceivedText); // With 300m it might answer before we try again.
        slow.ClearReceived();
        world.Proxy.Advance(400);
        Assert.True(slow.IsOver);
        world.Answer(GrpcWorld.Status(0));
        Assert.Equal(GrpcWorld.Status(0), world.Received);
    }

    [Fact]
    public void A_host_whose_try_may_outlive_its_time_is_told_of_the_whole()
    {
        using GrpcWorld world = new(
            """
            , "retry_policy": { "conditions": ["try-timeout"], "retry_timeout": "100ms", "hedge_on_try_timeout": true,
              "retry_unsafe_methods": true }
            """,
            hosts: 2);
        world.Call("grpc-timeout: 1S\r\n");
        MemoryPeer slow = world.Asked;
        Assert.Contains("grpc-timeout: 1S\r\n", slow.ReceivedText);
        world.Proxy.Advance(120);
        Assert.Equal(2, world.AskedCount);
        slow.Send(GrpcWorld.Status(0));
        world.Proxy.Run();
        Assert.Equal(GrpcWorld.Status(0), world.Received);
    }

    [Theory]
    [InlineData("grpc-timeout: 2S\r\n")]
    [InlineData("grpc-timeout: soon\r\n")]
    [InlineData("")]
    public void A_cap_holds_for_calls_with_a_longer_time_and_for_those_with_none(string headers)
    {
        using GrpcWorld world = new(""", "max_grpc_timeout": "500ms" """);
        world.Call(headers);
        Assert.Contains("Grpc-Timeout: 500m\r\n", world.Asked.ReceivedText);
        world.Proxy.Advance(520);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
    }

    [Fact]
    public void A_call_without_any_time_is_not_asked()
    {
        using GrpcWorld world = new();
        world.Call("grpc-timeout: 0n\r\n");
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
        Assert.Equal(0, world.AskedCount);
    }

    [Theory]
    [InlineData("grpc-timeout: soon\r\n")]
    [InlineData("grpc-timeout: 123456789S\r\n")]
    [InlineData("grpc-timeout: 99999999H\r\n")]
    public void A_time_that_is_none_or_for_ever_goes_on_as_it_is(string header)
    {
        using GrpcWorld world = new();
        world.Call(header);
        Assert.Contains(header, world.Asked.ReceivedText);
        world.Answer(GrpcWorld.Begun + GrpcWorld.Ended(0));
        Assert.EndsWith(GrpcWorld.Ended(0), world.Received);
    }

    [Fact]
    public void Other_requests_have_no_such_deadline()
    {
        using GrpcWorld world = new();
        world.Send("GET / HTTP/1.1\r\nHost: a\r\ngrpc-timeout: 1m\r\n\r\n");
        world.Proxy.Advance(100);
        world.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", world.Received);
    }

    [Fact]
    public void A_pause_before_a_retry_ends_with_the_deadline()
    {
        using GrpcWorld world = new(
            """, "retry_policy": { "conditions": ["unavailable"], "back_off": { "base_interval": "60s", "max_interval": "60s" } } """,
            hosts: 2);
        world.Call("grpc-timeout: 1S\r\n");
        world.Answer(GrpcWorld.Status(14));
        world.Proxy.Advance(1100);
        Assert.Contains("Grpc-Status: 4\r\n", world.Received);
    }
}
