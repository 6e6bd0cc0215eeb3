using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>What the proxy itself answers to gRPC calls.</summary>
public sealed class GrpcReplyTests
{
    [Fact]
    public void A_call_without_a_route_is_unimplemented()
    {
        using GrpcWorld world = new(config: ProxyWorld.Http().Replace("\"prefix\": \"/\"", "\"prefix\": \"/other\""));
        world.Call();
        AssertReply(12, "no route", world);
        Assert.Equal(1, world.Proxy.Count(DownstreamMetric.RequestFailed));
    }

    [Fact]
    public void A_call_without_a_host_is_unavailable()
    {
        using GrpcWorld world = new(hosts: 0);
        world.Call();
        AssertReply(14, "no healthy upstream", world);
    }

    [Fact]
    public void A_call_that_finds_no_room_is_unavailable()
    {
        using GrpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_requests": 1 }] """);
        world.Call();
        MemoryPeer second = world.Proxy.Client();
        second.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
        world.Proxy.Run();
        Assert.Contains("grpc-status: 14\r\n", second.ReceivedText, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("grpc-message: upstream overflow\r\n", second.ReceivedText, StringComparison.OrdinalIgnoreCase);
        second.Close();
    }

    [Fact]
    public void A_host_that_breaks_the_connection_is_unavailable()
    {
        using GrpcWorld world = new();
        world.Call();
        world.Asked.Reset();
        world.Proxy.Run();
        AssertReply(14, "upstream reset", world);
    }

    [Fact]
    public void A_host_that_does_not_answer_in_the_routes_time_has_exceeded_the_deadline()
    {
        using GrpcWorld world = new(""", "timeout": "1s" """);
        world.Call();
        world.Proxy.Advance(1100);
        AssertReply(4, "upstream timed out", world);
    }

    [Theory]
    [InlineData(400, 13)]
    [InlineData(401, 16)]
    [InlineData(403, 7)]
    [InlineData(404, 12)]
    [InlineData(413, 8)]
    [InlineData(429, 14)]
    [InlineData(503, 14)]
    [InlineData(200, 2)]
    [InlineData(500, 2)]
    public void A_direct_response_becomes_a_status_and_its_body_the_message(int status, int grpcStatus)
    {
        using GrpcWorld world = new(config: ProxyWorld.Http().Replace(
            "\"route\": { \"cluster_name\": \"upstream\" }",
            $$""" "direct_response": { "status": {{status}}, "body": "so it is: 100 %\n" } """));
        world.Call();
        AssertReply(grpcStatus, "so it is: 100 %25%0A", world);
        Assert.DoesNotContain("text/plain", world.Received);
    }

    [Fact]
    public void A_filter_that_answers_is_understood_too()
    {
        using GrpcWorld world = new(listener: """, "stream_filters": [{ "type": "ip_access", "config": {"default_action": "deny"} }]""");
        world.Call();
        AssertReply(7, "Forbidden", world);
    }

    [Theory]
    [InlineData("""{"type": "fault", "config": {"abort": {"percentage": 100, "status": 503, "grpc_status": 10}}}""", 10)]
    [InlineData("""{"type": "fault", "config": {"abort": {"percentage": 100, "status": 503}}}""", 14)]
    [InlineData("""{"type": "local_rate_limit", "config": {"max_tokens": 1, "fill_interval": "1h", "grpc_status": 8}}""", 8)]
    [InlineData("""{"type": "local_rate_limit", "config": {"max_tokens": 1, "fill_interval": "1h"}}""", 14)]
    public void Filters_can_be_told_what_calls_are_answered_with(string filter, int status)
    {
        using GrpcWorld world = new(listener: $", \"stream_filters\": [{filter}]");
        for (int i = 0; i < 2; i++)
        {
            world.Client.ClearReceived();
            world.Call();
            if (world.AskedCount > 0)
            {
                world.Answer(GrpcWorld.Status(0));
            }
        }
        Assert.StartsWith("HTTP/1.1 200 ", world.Received);
        Assert.Contains($"Grpc-Status: {status}\r\n", world.Received);
    }

    [Fact]
    public void A_fault_is_called_one()
    {
        using GrpcWorld world = new(
            listener: """, "stream_filters": [{"type": "fault", "config": {"abort": {"percentage": 100, "grpc_status": 8}}}]""");
        world.Call();
        AssertReply(8, "fault injected", world);
    }

    [Fact]
    public void A_filter_may_name_the_status_itself()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(RequestPhase.BeforeRoute, new RequestFilter(static context =>
        {
            context.ReplyHeaders.Add("grpc-status"u8, "8"u8);
            context.ReplyHeaders.Add("grpc-message"u8, "enough"u8);
            return context.Reply(429, "not this"u8.ToArray());
        })));
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
        string reply = world.Client.ReceivedText;
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", reply);
        Assert.Contains("grpc-status: 8\r\n", reply);
        Assert.Contains("grpc-message: enough\r\n", reply);
        Assert.EndsWith("\r\n\r\n", reply);
    }

    [Fact]
    public void A_filter_that_makes_a_request_a_call_is_answered_as_one()
    {
        using FilterWorld world = new(static (chain, _) => chain.Add(RequestPhase.BeforeRoute, new RequestFilter(static context =>
        {
            context.Stream.IsGrpc = true;
            return context.Reply(401);
        })));
        world.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Contains("Grpc-Status: 16\r\n", world.Client.ReceivedText);
    }

    [Fact]
    public void Other_requests_are_answered_as_ever()
    {
        using GrpcWorld world = new(hosts: 0);
        world.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc-web\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", world.Received);
        Assert.DoesNotContain("rpc-", world.Received);
    }

    [Fact]
    public void What_a_host_says_to_a_call_passes_as_it_is()
    {
        using GrpcWorld world = new();
        world.Call();
        world.Answer(GrpcWorld.Begun + GrpcWorld.Ended(0));
        Assert.Equal(GrpcWorld.Begun + GrpcWorld.Ended(0), world.Received);
        world.Client.ClearReceived();
        world.Call();
        world.Answer(GrpcWorld.Status(5, "no such thing"));
        Assert.Equal(GrpcWorld.Status(5, "no such thing"), world.Received);
        world.Client.ClearReceived();
        world.Call();
        world.Answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 3\r\n\r\nbad");
        Assert.EndsWith("\r\n\r\nbad", world.Received);
    }

    [Fact]
    public void A_response_that_breaks_off_ends_with_a_status_in_place_of_a_reset()
    {
        using GrpcWorld world = new();
        world.Call();
        world.Answer(GrpcWorld.Begun);
        world.Upstreams[0].Peers[^1].Reset();
        world.Proxy.Run();
        Assert.StartsWith(GrpcWorld.Begun, world.Received);
        Assert.EndsWith("0\r\nGrpc-Status: 14\r\nGrpc-Message: upstream reset\r\n\r\n", world.Received);
        Assert.False(world.Client.WasReset);
    }

    [Fact]
    public void A_response_with_a_length_that_breaks_off_is_a_reset()
    {
        using GrpcWorld world = new();
        world.Call();
        world.Answer("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 10\r\n\r\n\0\0\0\0\0");
        world.Upstreams[0].Peers[^1].Reset();
        world.Proxy.Run();
        Assert.True(world.Client.WasReset);
    }

    [Theory]
    [InlineData(ErrorSource.Downstream, StreamErrorKind.Reset, 1)]
    [InlineData(ErrorSource.Downstream, StreamErrorKind.Malformed, 13)]
    [InlineData(ErrorSource.Downstream, StreamErrorKind.TooLarge, 8)]
    [InlineData(ErrorSource.Downstream, StreamErrorKind.HeadTooLarge, 8)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.HeadTooLarge, 8)]
    [InlineData(ErrorSource.Proxy, StreamErrorKind.NoRoute, 12)]
    [InlineData(ErrorSource.Proxy, StreamErrorKind.NoHealthyHost, 14)]
    [InlineData(ErrorSource.Proxy, StreamErrorKind.Overflow, 14)]
    [InlineData(ErrorSource.Proxy, StreamErrorKind.Terminated, 13)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.ConnectFailed, 14)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.ConnectTimedOut, 14)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.Truncated, 14)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.Malformed, 13)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.TimedOut, 4)]
    [InlineData(ErrorSource.Upstream, StreamErrorKind.TryTimedOut, 4)]
    public void Every_failure_has_its_status(object source, object kind, int status) =>
        Assert.Equal(status, (int)GrpcReplies.StatusOf(new StreamError((ErrorSource)source, (StreamErrorKind)kind)));

    private static void AssertReply(int status, string message, GrpcWorld world)
    {
        string reply = world.Received;
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", reply);
        Assert.Contains("Content-Type: application/grpc\r\n", reply);
        Assert.Contains($"Grpc-Status: {status}\r\n", reply);
        Assert.Contains($"Grpc-Message: {message}\r\n", reply);
        Assert.Contains("Content-Length: 0\r\n", reply, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\n", reply);
    }
}
