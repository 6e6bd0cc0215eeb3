using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Forwarding;

/// <summary>Which ends of a call are tried again, and what a host's success is.</summary>
public sealed class GrpcRetryTests
{
    private const string Ejecting =
        """, "outlier_detection": { "consecutive_5xx": 2, "max_ejection_percent": 100 } """;

    private const string Policy = """, "retry_policy": { "conditions": [CONDITIONS] } """;

    [Theory]
    [InlineData("cancelled", 1)]
    [InlineData("deadline-exceeded", 4)]
    [InlineData("internal", 13)]
    [InlineData("resource-exhausted", 8)]
    [InlineData("unavailable", 14)]
    public void A_call_that_ends_with_a_listed_status_is_sent_again(string condition, int status)
    {
        using GrpcWorld world = World($"\"{condition}\"");
        world.Call();
        world.Answer(GrpcWorld.Status(status));
        Assert.Equal("", world.Received);
        world.Proxy.Advance(300);
        Assert.EndsWith(GrpcWorld.Message, world.Asked.ReceivedText);
        world.Answer(GrpcWorld.Begun + GrpcWorld.Ended(0));
        Assert.EndsWith(GrpcWorld.Ended(0), world.Received);
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.RequestRetry));
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.ResponseFailed));
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.ResponseSuccess));
    }

    [Theory]
    [InlineData("\"unavailable\"", 13)]
    [InlineData("\"unavailable\"", 0)]
    [InlineData("\"unavailable\"", 46)] // 32 + 14
    [InlineData("\"5xx\"", 14)]
    public void Other_statuses_are_the_answer(string conditions, int status)
    {
        using GrpcWorld world = World(conditions);
        world.Call();
        world.Answer(GrpcWorld.Status(status));
        Assert.Equal(GrpcWorld.Status(status), world.Received);
    }

    [Fact]
    public void A_status_that_comes_after_a_message_is_not_tried_again()
    {
        using GrpcWorld world = World("\"unavailable\"");
        world.Call();
        world.Answer(GrpcWorld.Begun);
        world.AnswerMore(GrpcWorld.Ended(14));
        Assert.Equal(GrpcWorld.Begun + GrpcWorld.Ended(14), world.Received);
        Assert.Equal(1, world.Proxy.Count(UpstreamMetric.ResponseFailed));
        Assert.Equal(0, world.Proxy.Count(UpstreamMetric.ResponseSuccess));
    }

    [Fact]
    public void A_host_that_ran_out_of_a_calls_time_is_the_last()
    {
        using GrpcWorld world = World("\"deadline-exceeded\"");
        world.Proxy.Advance(1);
        world.Call("grpc-timeout: 1S\r\n");
        world.Proxy.Advance(1001); // Not enough for the loop's timer, which is coarser.
        Assert.Equal("", world.Received);
        world.Answer(GrpcWorld.Status(4, "host"));
        Assert.Equal(GrpcWorld.Status(4, "host"), world.Received);
        Assert.Equal(0, world.Proxy.Count(UpstreamMetric.RequestRetry));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("251")] // Longer than the policy would wait: the client may do so itself.
    public void A_host_that_wants_no_other_try_gets_none(string pushback)
    {
        using GrpcWorld world = World("\"unavailable\"");
        world.Call();
        world.Answer(Pushback(pushback));
        Assert.Contains("Grpc-Status: 14\r\n", world.Received);
        Assert.Contains("grpc-retry-pushback-ms:", world.Received);
        Assert.Equal(0, world.Proxy.Count(UpstreamMetric.RequestRetry));
    }

    [Fact]
    public void A_host_may_say_when_it_wants_the_next_try()
    {
        using GrpcWorld world = World("\"unavailable\"");
        world.Call();
        world.Answer(Pushback("200"));
        world.Proxy.Advance(190);
        Assert.Equal(0, world.AskedCount);
        world.Proxy.Advance(20);
        world.Answer(GrpcWorld.Status(0));
        Assert.Equal(GrpcWorld.Status(0), world.Received);
    }

    [Fact]
    public void An_answer_that_is_not_grpc_counts_as_what_its_status_means()
    {
        using GrpcWorld world = World("\"unavailable\"");
        world.Call();
        world.Answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        world.Proxy.Advance(300);
        Assert.Equal("", world.Received);
        world.Answer(GrpcWorld.Status(0));
        Assert.Equal(GrpcWorld.Status(0), world.Received);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(16, false)]
    [InlineData(2, true)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    public void A_call_fails_its_host_by_its_status_wherever_that_stands(int status, bool isFailure)
    {
        using GrpcWorld world = new();
        world.Call();
        world.Answer(GrpcWorld.Status(status));
        world.Call();
        world.Answer(GrpcWorld.Begun + GrpcWorld.Ended(status));
        Assert.Equal(isFailure ? 2 : 0, world.Proxy.Count(UpstreamMetric.ResponseFailed));
        Assert.Equal(isFailure ? 0 : 2, world.Proxy.Count(UpstreamMetric.ResponseSuccess));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_host_whose_calls_fail_is_ejected(bool isInTrailers)
    {
        using GrpcWorld world = new(cluster: Ejecting, hosts: 2);
        string bad = isInTrailers ? GrpcWorld.Begun + GrpcWorld.Ended(14) : GrpcWorld.Status(14);
        for (int i = 0; i < 4; i++)
        {
            world.Call();
            world.Answer(IsFirstAsked(world) ? bad : GrpcWorld.Begun + GrpcWorld.Ended(0));
        }
        AssertEjected(world);
    }

    [Fact]
    public void A_host_that_breaks_off_is_ejected()
    {
        using GrpcWorld world = new(cluster: Ejecting, hosts: 2);
        for (int i = 0; i < 4; i++)
        {
            world.Call();
            bool breaks = IsFirstAsked(world);
            MemoryPeer asked = world.Asked;
            world.Answer(GrpcWorld.Begun + (breaks ? "" : GrpcWorld.Ended(0)));
            if (breaks)
            {
                asked.Reset();
                world.Proxy.Run();
            }
        }
        AssertEjected(world);
    }

    [Fact]
    public void A_host_whose_calls_are_cancelled_has_answered_well()
    {
        using GrpcWorld world = new(cluster: Ejecting, hosts: 2);
        for (int i = 0; i < 6; i++)
        {
            MemoryPeer client = world.Proxy.Client();
            client.Send("POST /a/b HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\n\r\n");
            world.Proxy.Run();
            world.Answer(GrpcWorld.Begun);
            client.Reset();
            world.Proxy.Run();
        }
        Assert.Equal(6, world.Proxy.Count(UpstreamMetric.ResponseSuccess));
        Assert.Equal(3, world.Upstreams[0].Peers.Count);
    }

    private static string Pushback(string value) => GrpcWorld.Status(14)
        .Replace("Content-Length", $"grpc-retry-pushback-ms: {value}\r\nContent-Length", StringComparison.Ordinal);

    private static bool IsFirstAsked(GrpcWorld world) => world.Upstreams[0].Peers.Contains(world.Asked);

    private static void AssertEjected(GrpcWorld world)
    {
        for (int i = 0; i < 4; i++)
        {
            world.Call();
            Assert.False(IsFirstAsked(world));
            world.Answer(GrpcWorld.Status(0));
        }
    }

    private static GrpcWorld World(string conditions) =>
        new(Policy.Replace("CONDITIONS", conditions, StringComparison.Ordinal), hosts: 2);
}
