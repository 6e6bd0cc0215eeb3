using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Frames that are larger than what a connection may hold: calls and answers of Bolt that go on while they come.</summary>
public sealed class LargeFrameTests
{
    private const int Large = 8 * 1024 * 1024;

    /// <summary>Bytes that sockets and buffers between two ends may have in them.</summary>
    private const int OnTheWayMax = 1024 * 1024;

    private static readonly RpcDialect s_bolt = RpcDialect.Named("bolt");

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_large_call_and_a_large_answer_arrive_as_they_were(string protocol)
    {
        RpcDialect dialect = RpcDialect.Named(protocol);
        using RpcWorld world = new(protocol);
        MemoryPeer client = world.NewClient();
        byte[] call = dialect.LargeCall(7, 300_000);
        world.Send(client, call);
        Assert.Equal(dialect.LargeCall(1, 300_000), world.Connections[0].Received.ToArray());
        world.Send(world.Connections[0], dialect.LargeAnswer(1, 400_000));
        Assert.Equal(dialect.LargeAnswer(7, 400_000), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("bolt", true, true)]
    [InlineData("boltv2", false, false)] // With a checksum, it must be known that it is right.
    [InlineData("dubbo", false, true)] // Routes may look at what lies behind the arguments.
    [InlineData("dubbo-thrift", true, true)]
    [InlineData("tars", false, false)]
    [InlineData("x_example", true, true)]
    public void It_is_the_protocol_that_says_whether_a_frame_goes_on_before_it_is_whole(string protocol, bool calls, bool answers)
    {
        RpcDialect dialect = RpcDialect.Named(protocol);
        using RpcWorld world = new(protocol);
        MemoryPeer client = world.NewClient();
        byte[] call = dialect.LargeCall(7, 300_000);
        world.Send(client, call[..200_000]);
        Assert.Equal(calls ? 200_000 : 0, world.Connections.Sum(static peer => peer.Received.Length), 10.0);
        world.Send(client, call[200_000..]);
        Assert.Equal(call.Length, world.Connections[0].Received.Length, 10.0);
        byte[] answer = dialect.LargeAnswer(1, 300_000);
        world.Send(world.Connections[0], answer[..200_000]);
        Assert.Equal(answers ? 200_000 : 0, client.Received.Length, 10.0);
        world.Send(world.Connections[0], answer[200_000..]);
        Assert.Equal(dialect.LargeAnswer(7, 300_000), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_is_slow_slows_the_client_of_a_large_call_and_nothing_is_held()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        byte[] call = s_bolt.LargeCall(7, Large);
        world.Send(client, call[..100_000]);
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        world.Send(client, call[100_000..]);
        Assert.True(client.UnsentLength > Large - OnTheWayMax, $"{client.UnsentLength} bytes not sent");
        host.ResumeReading();
        world.World.Run();
        Assert.Equal(s_bolt.LargeCall(1, Large), host.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_of_others_are_not_behind_a_large_one_and_share_its_connection_once_it_is_sent()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(other, s_bolt.CallWith(1));
        byte[] call = s_bolt.LargeCall(7, 300_000);
        world.Send(client, call[..200_000]);
        world.Send(other, s_bolt.CallWith(2));
        Assert.Equal(2, s_bolt.Split(world.Connections[0].Received, isFromHost: false).Count);
        world.Send(world.Connections[0], s_bolt.AnswerWith(1), s_bolt.AnswerWith(2));
        world.Connections[0].Close();
        world.Send(client, call[200_000..]);
        world.Send(other, s_bolt.CallWith(3));
        Assert.Equal(2, world.Connections.Count);
        Assert.Equal(2, s_bolt.Split(world.Connections[1].Received, isFromHost: false).Count);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_that_finds_no_connection_for_itself_is_sent_among_the_others_once_it_is_whole()
    {
        using RpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_connections": 1 }] """);
        MemoryPeer client = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(other, s_bolt.CallWith(1));
        byte[] call = s_bolt.LargeCall(7, 300_000);
        world.Send(client, call[..200_000]);
        world.Send(other, s_bolt.CallWith(2));
        Assert.Equal(2, s_bolt.Split(world.Connections[0].Received, isFromHost: false).Count);
        world.Send(client, call[200_000..]);
        Assert.Equal(3, s_bolt.Split(world.Connections[0].Received, isFromHost: false).Count);
        Assert.Equal(s_bolt.LargeCall(2, 300_000), world.Connections[0].Received[^call.Length..].ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_that_takes_its_time_does_not_take_the_only_connection_there_may_be()
    {
        using RpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_connections": 1 }] """);
        MemoryPeer slow = world.NewClient();
        MemoryPeer other = world.NewClient();
        byte[] call = s_bolt.LargeCall(7, 300_000);
        world.Send(slow, call[..200_000]);
        world.Send(other, s_bolt.CallWith(2));
        Assert.Single(s_bolt.Split(world.Connections[0].Received, isFromHost: false));
        world.Send(slow, call[200_000..]);
        Assert.Equal(2, s_bolt.Split(world.Connections[0].Received, isFromHost: false).Count);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Large_calls_of_many_slow_clients_keep_no_others_from_a_host()
    {
        using RpcWorld world = new();
        MemoryPeer other = world.NewClient();
        byte[] start = s_bolt.LargeCall(7, 300_000)[..100_000];
        for (int i = 0; i < 200; i++)
        {
            world.Send(world.NewClient(), start);
        }
        world.Send(other, s_bolt.CallWith(2));
        Assert.Equal(201, world.Connections.Count);
        Assert.Equal(s_bolt.CallWith(1), world.Connections[200].Received.ToArray());
    }

    [Theory]
    [InlineData("multiplex")]
    [InlineData("tcp")]
    public void A_client_that_stalls_in_a_large_call_is_given_up_and_only_its_own_connection_to_a_host_with_it(string mode)
    {
        using RpcWorld world = new(cluster: $$""", "rpc": { "pool_mode": "{{mode}}" } """, settings: """ "frame_timeout": "10s" """);
        MemoryPeer client = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(other, BoltFrames.Request(1, timeoutMs: -1));
        world.Send(client, BoltFrames.Request(1, new string('x', 300_000), timeoutMs: -1)[..200_000]);
        world.World.Advance(19_000); // In the first ten seconds it has moved.
        Assert.False(client.IsOver);
        world.World.Advance(2_000);
        Assert.True(client.IsOver);
        Assert.True(world.Connections[1].WasReset);
        Assert.False(world.Connections[0].IsOver);
        Assert.False(other.IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_may_take_as_long_as_it_moves()
    {
        using RpcWorld world = new(
            cluster: """, "keepalive": { "interval": "1000s" } """, settings: """ "frame_timeout": "10s" """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(1, new string('x', 100_000), timeoutMs: -1);
        for (int at = 0; at < call.Length; at += 5_000)
        {
            world.Send(client, call[at..Math.Min(at + 5_000, call.Length)]);
            world.World.Advance(5_000);
        }
        Assert.False(client.IsOver);
        Assert.Equal(call, world.Connections[0].Received.ToArray());
    }

    [Fact]
    public void A_client_that_leaves_in_a_large_call_resets_its_connection_to_the_host()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.LargeCall(7, 300_000)[..200_000]);
        client.Reset();
        world.World.Run();
        Assert.True(world.Connections[0].WasReset);
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public void A_call_that_wants_no_answer_is_sent_to_its_end_though_its_connection_takes_no_other(int length)
    {
        using RpcWorld world = new(cluster: """, "max_request_per_conn": 1 """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(1, new string('x', length), type: 2);
        world.Send(client, call);
        Assert.Equal(call, world.Connections[0].Received.ToArray());
        Assert.True(world.Connections[0].InputEnded);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_that_want_no_answer_wait_for_a_host_that_does_not_read()
    {
        using RpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_connections": 1 }] """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(1, type: 2, fields: ("a", new string('x', 10_000)));
        world.Send(client, call);
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        for (int i = 0; i < 3_000; i++)
        {
            client.Send(call);
        }
        world.World.Run();
        Assert.True(client.UnsentLength > 1_000 * call.Length, $"{client.UnsentLength} bytes not sent");
        host.ResumeReading();
        world.World.Run();
        Assert.Equal(3_001 * call.Length, world.Connections.Sum(static peer => peer.Received.Length));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_takes_no_calls_until_its_answers_are_read_is_read()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1));
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        for (ulong id = 2; id <= 40; id++)
        {
            world.Send(client, s_bolt.LargeCall(id, 50_000));
        }
        world.Send(host, s_bolt.AnswerWith(1));
        Assert.Equal(s_bolt.AnswerWith(1), client.Received.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_copy_of_a_large_call_goes_to_another_cluster_unless_it_lags_behind(bool lags)
    {
        using ProxyWorld world = RpcWorld.WithCopies();
        MemoryHost host = world.Upstream();
        MemoryHost copies = world.Upstream(peer =>
        {
            if (lags)
            {
                peer.PauseReading();
            }
        }, index: 1);
        MemoryPeer client = world.Client();
        byte[] call = s_bolt.LargeCall(1, Large);
        client.Send(call);
        world.Run();
        Assert.Equal(call, host.Peers[0].Received.ToArray());
        Assert.Equal(lags ? 1 : 0, world.Count(SelfMetric.MirrorsLostTotal));
        if (!lags)
        {
            Assert.Equal(call, copies.Peers[0].Received.ToArray());
        }
    }

    [Fact]
    public void A_large_call_that_no_route_takes_is_told_so_at_once_and_the_next_call_goes_on()
    {
        using ProxyWorld world = new(ProxyWorld
            .Http()
            .Replace(
                "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                "\"downstream_protocol\": \"bolt\"",
                StringComparison.Ordinal)
            .Replace(
                "\"match\": { \"prefix\": \"/\" }",
                "\"match\": { \"headers\": [{ \"name\": \"service\", \"value\": \"a\" }] }",
                StringComparison.Ordinal));
        MemoryHost host = world.Upstream();
        MemoryPeer client = world.Client();
        byte[] call = BoltFrames.Request(7, new string('x', 300_000), fields: ("service", "b"));
        client.Send(call.AsSpan(0, 200_000));
        world.Run();
        Assert.Equal(BoltFrames.Response(7, status: 6), client.Received.ToArray());
        client.Send(call.AsSpan(200_000));
        client.Send(BoltFrames.Request(8, "next", fields: ("service", "a")));
        world.Run();
        Assert.Single(BoltFrames.Split(host.Peers[0].Received));
        Assert.False(client.IsOver);
    }

    [Fact]
    public void Nothing_is_put_into_the_middle_of_a_large_call()
    {
        using RpcWorld world = new(cluster: """, "keepalive": { "interval": "1s", "timeout": "1s" } """);
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(1, new string('x', 300_000), timeoutMs: -1);
        world.Send(client, call[..200_000]);
        world.Send(world.Connections[0], BoltFrames.Heartbeat(5));
        world.World.Advance(5_000);
        world.Send(client, call[200_000..]);
        List<byte[]> frames = BoltFrames.Split(world.Connections[0].Received);
        Assert.Equal(call, frames[0]);
        Assert.Equal((2, 20), (frames.Count, frames[1].Length)); // The answer to the heartbeat has waited.
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_that_is_slow_slows_the_host_of_a_large_answer_if_nobody_else_waits_for_it()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(7));
        client.PauseReading();
        MemoryPeer host = world.Connections[0];
        world.Send(host, s_bolt.LargeAnswer(1, Large));
        Assert.True(host.UnsentLength > Large - OnTheWayMax, $"{host.UnsentLength} bytes not sent");
        client.ResumeReading();
        world.World.Run();
        Assert.Equal(s_bolt.LargeAnswer(7, Large), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_waits_for_a_slow_client_owes_no_heartbeats()
    {
        using RpcWorld world = new(cluster: """, "keepalive": { "interval": "1s", "timeout": "1s" } """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(7, timeoutMs: -1));
        client.PauseReading();
        MemoryPeer host = world.Connections[0];
        byte[] answer = s_bolt.LargeAnswer(1, 4_000_000);
        world.Send(host, answer);
        world.World.Advance(12_000);
        client.ResumeReading();
        world.World.Run();
        Assert.Equal(s_bolt.LargeAnswer(7, 4_000_000), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_goes_on_when_the_host_has_begun_to_answer_it()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        byte[] call = BoltFrames.Request(7, new string('x', 3_000_000), timeoutMs: -1);
        world.Send(client, call[..100_000]);
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        world.Send(host, s_bolt.LargeAnswer(1, 300_000)[..150_000]);
        world.Send(client, call[100_000..]);
        host.ResumeReading();
        world.World.Run();
        Assert.Equal(call.Length, host.Received.Length);
        world.Send(host, s_bolt.LargeAnswer(1, 300_000)[150_000..]);
        Assert.Equal(s_bolt.LargeAnswer(7, 300_000), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_that_is_slow_does_not_keep_others_from_their_answers(bool comesLater)
    {
        using RpcWorld world = new(cluster: """, "circuit_breakers": [{ "max_connections": 1 }] """);
        MemoryPeer slow = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(slow, s_bolt.CallWith(7));
        if (!comesLater)
        {
            world.Send(other, s_bolt.CallWith(8));
        }
        slow.PauseReading();
        MemoryPeer host = world.Connections[0];
        world.Send(host, s_bolt.LargeAnswer(1, Large));
        if (comesLater)
        {
            world.Send(other, s_bolt.CallWith(8));
        }
        world.Send(host, s_bolt.AnswerWith(2));
        Assert.Equal(s_bolt.AnswerWith(8), other.Received.ToArray());
        slow.ResumeReading();
        world.World.Run();
        Assert.Equal(s_bolt.LargeAnswer(7, Large), slow.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_is_kept_for_slow_clients_is_bounded_and_who_is_above_is_cut_off()
    {
        const int huge = 66 * 1024 * 1024;
        using RpcWorld world = new(
            cluster: """, "circuit_breakers": [{ "max_connections": 1 }], "rpc": { "max_frame_size": 100000000 } """);
        MemoryPeer slow = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(slow, s_bolt.CallWith(7));
        world.Send(other, s_bolt.CallWith(8));
        slow.PauseReading();
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, huge), s_bolt.AnswerWith(2));
        Assert.Equal(s_bolt.AnswerWith(8), other.Received.ToArray());
        slow.ResumeReading();
        world.World.Run();
        Assert.True(slow.WasReset);
        Assert.Single(world.Connections);
        Assert.False(world.Connections[0].IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Answers_to_one_client_follow_a_large_one_in_one_piece_each()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        for (ulong id = 1; id <= 4; id++)
        {
            world.Send(client, s_bolt.CallWith(id));
        }
        MemoryPeer host = world.Connections[0];
        byte[] large = s_bolt.LargeAnswer(3, 300_000);
        world.Send(host, s_bolt.AnswerWith(1), large[..200_000]);
        client.Send(s_bolt.Heartbeat);
        world.Send(host, large[200_000..], s_bolt.LargeAnswer(2, 400_000), s_bolt.AnswerWith(4));
        List<byte[]> answers = BoltFrames.Split(client.Received);
        Assert.Equal([166, 20, 300_000, 400_000, 166], answers.Select(static answer => answer.Length), (a, b) => Math.Abs(a - b) < 100);
        Assert.Equal(large, answers[2]);
        Assert.Equal(s_bolt.LargeAnswer(2, 400_000), answers[3]);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Two_large_answers_of_two_hosts_to_one_client_do_not_mix()
    {
        using RpcWorld world = new(hosts: 2);
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(1), s_bolt.CallWith(2));
        byte[] one = s_bolt.LargeAnswer(1, 300_000);
        for (int at = 0; at < one.Length; at += 50_000)
        {
            foreach (MemoryPeer host in world.Connections)
            {
                world.Send(host, one[at..Math.Min(at + 50_000, one.Length)]);
            }
        }
        Assert.Equal(
            [s_bolt.LargeAnswer(1, 300_000), s_bolt.LargeAnswer(2, 300_000)],
            BoltFrames.Split(client.Received).OrderBy(static answer => BoltFrames.IdOf(answer)));
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_host_that_ends_in_a_large_answer_resets_the_client_that_has_half_of_it(bool inOrder)
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(7));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 300_000)[..200_000]);
        if (inOrder)
        {
            world.Connections[0].SendEnd();
        }
        else
        {
            world.Connections[0].Reset();
        }
        world.World.Run();
        Assert.True(client.WasReset);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_ends_right_behind_a_large_answer_has_answered_also_a_slow_client()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(7));
        client.PauseReading();
        world.Connections[0].Send(s_bolt.LargeAnswer(1, 900_000));
        world.Connections[0].SendEnd();
        world.World.Run();
        client.ResumeReading();
        world.World.Run();
        Assert.Equal(s_bolt.LargeAnswer(7, 900_000), client.Received.ToArray());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_stalls_in_an_answer_is_given_up()
    {
        using RpcWorld world = new(
            route: """, "timeout": "5s" """,
            cluster: """, "keepalive": { "interval": "1000s" }, "idle_timeout": "1000s" """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(7, timeoutMs: 0));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 300_000)[..200_000]);
        world.World.Advance(11_000);
        Assert.True(client.WasReset);
        Assert.False(world.Connections[0].IsOver);
        world.World.Advance(110_000);
        Assert.True(world.Connections[0].IsOver);
        Assert.Equal(1, world.Count(FrameMetric.ResponseBrokenTotal));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_answer_that_comes_too_late_is_dropped_while_it_comes()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(7, timeoutMs: 1_000));
        world.World.Advance(1_500);
        Assert.Equal(BoltFrames.Response(7, status: 7), client.Received.ToArray());
        client.ClearReceived();
        world.Send(client, s_bolt.CallWith(8));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 300_000), s_bolt.AnswerWith(2));
        Assert.Equal(s_bolt.AnswerWith(8), client.Received.ToArray());
        Assert.Equal(1, world.Count(FrameMetric.ResponseLateTotal));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_frame_of_a_host_that_is_larger_than_its_cluster_allows_ends_the_connection()
    {
        using RpcWorld world = new(cluster: """, "rpc": { "max_frame_size": 4000 } """);
        MemoryPeer client = world.NewClient();
        world.Send(client, s_bolt.CallWith(7));
        world.Send(world.Connections[0], s_bolt.LargeAnswer(1, 5_000)[..100]);
        Assert.True(world.Connections[0].WasReset);
        Assert.Equal(BoltFrames.Response(7, status: 6), client.Received.ToArray());
        Assert.Equal(1, world.Count(FrameMetric.ResponseBrokenTotal));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_large_call_of_a_bound_client_keeps_its_place_among_its_calls()
    {
        using RpcWorld world = new(cluster: """, "rpc": { "pool_mode": "tcp" } """);
        MemoryPeer client = world.NewClient();
        byte[] call = s_bolt.LargeCall(2, 300_000);
        world.Send(client, s_bolt.CallWith(1), call[..200_000]);
        world.Send(client, call[200_000..], s_bolt.CallWith(3));
        Assert.Equal(
            [s_bolt.CallWith(1), call, s_bolt.CallWith(3)], BoltFrames.Split(Assert.Single(world.Connections).Received));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Large_calls_and_answers_are_forwarded_without_allocating()
    {
        using RpcWorld world = new();
        MemoryPeer client = world.NewClient();
        client.KeepsReceived = false;
        byte[] call = s_bolt.LargeCall(1, 200_000);
        byte[] answer = s_bolt.LargeAnswer(1, 200_000);
        void Many()
        {
            for (int i = 0; i < 30; i++)
            {
                client.Send(call);
                world.World.Run();
                MemoryPeer host = world.Host.Peers[0];
                host.Received[5..9].CopyTo(answer.AsSpan(5));
                host.ClearReceived();
                host.Send(answer);
                world.World.Run();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(0, world.World.Count(DownstreamMetric.RequestActive));
    }
}
