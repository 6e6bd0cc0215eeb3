using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Detection;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Server;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Streams;

namespace Mosn.Tests.Upstream;

/// <summary>A client's connection and the one to a host that it has for itself, through the whole proxy.</summary>
public sealed class BindingPoolTests
{
    private const string Tcp = """, "rpc": { "pool_mode": "tcp" } """;

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void All_calls_of_a_client_go_to_one_host_on_one_connection_that_no_other_client_uses(string protocol)
    {
        RpcDialect dialect = RpcDialect.Named(protocol);
        using RpcWorld world = new(protocol, Tcp, hosts: 3);
        MemoryPeer one = world.NewClient();
        MemoryPeer other = world.NewClient();
        for (ulong id = 1; id <= 4; id++)
        {
            world.Send(one, dialect.CallWith(id));
            world.Send(other, dialect.CallWith(10 + id));
        }
        Assert.Equal(2, world.Connections.Count);
        Assert.All(world.Connections, peer => Assert.Equal(4, dialect.Split(peer.Received, isFromHost: false).Count));

        MemoryPeer host = world.Connections[0];
        List<FrameHead> calls = dialect.Split(host.Received, isFromHost: false);
        Assert.Equal(calls.Select(static call => call.Id).Order(), calls.Select(static call => call.Id));
        world.Send(host, [.. calls.Select(call => dialect.AnswerWith(call.Id))]);
        Assert.Equal(4, dialect.Split(one.Received, true).Count + dialect.Split(other.Received, true).Count);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_that_says_again_and_again_that_it_goes_is_passed_on_once()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        for (uint id = 2; id < 100; id++)
        {
            world.Send(client, BoltFrames.GoAway(id)); // Else a host that does not read lets our memory grow.
        }
        Assert.Equal(2, BoltFrames.Split(world.Host.Peers[0].Received).Count);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_is_bound_in_the_protocol_that_its_requests_go_on_in_and_in_no_other()
    {
        using ProxyWorld world = new(ProxyWorld.Http(
            listener: """
            , "stream_filters": [{ "type": "transcoder", "config": { "rules": [{
                "matcher_config": { "config": { "name": "x-to", "value": "bolt" } },
                "rule_info": { "upstream_protocol": "bolt" } }] } }]
            """,
            cluster: Tcp));
        MemoryHost host = world.Upstream();
        MemoryPeer client = world.Client();
        for (uint id = 1; id <= 2; id++)
        {
            client.Send("GET /a HTTP/1.1\r\nHost: h\r\nX-To: bolt\r\n\r\n");
            world.Run();
            host.Peers[0].Send(BoltFrames.Response(id, "hi"));
            world.Run();
            client.Send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
            world.Run();
            host.Peers[1].Send("HTTP/1.1 204 No Content\r\n\r\n");
            world.Run();
        }
        Assert.Equal(2, BoltFrames.Split(host.Peers[0].Received).Count);
        Assert.Equal(2, host.Peers.Count);
        Assert.Equal(4, client.ReceivedText.Split("HTTP/1.1 20").Length - 1);
    }

    [Fact]
    public void A_client_that_ends_in_order_ends_its_connection_to_the_host_and_no_other()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer one = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(one, BoltFrames.Request(1));
        world.Send(other, BoltFrames.Request(1));
        world.Send(world.Host.Peers[0], BoltFrames.Response(1));
        one.Close();
        world.World.Run();
        Assert.True(world.Host.Peers[0].InputEnded);
        Assert.False(world.Host.Peers[1].IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_that_resets_resets_its_connection_to_the_host()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        client.Reset();
        world.World.Run();
        Assert.True(world.Host.Peers[0].WasReset);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_ends_in_order_ends_the_client_after_the_answers_that_came()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1), BoltFrames.Request(2));
        world.Host.Peers[0].Send(BoltFrames.Response(1));
        world.Host.Peers[0].SendEnd();
        world.World.Run();
        Assert.Equal([.. BoltFrames.Response(1), .. BoltFrames.Response(2, status: 6)], client.Received.ToArray());
        Assert.True(client.InputEnded);
        Assert.False(client.WasReset);
        Assert.Equal(0, world.World.Count(DownstreamMetric.RequestReset)); // It is not the client who is to blame.
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_resets_resets_the_client()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        world.Host.Peers[0].Reset();
        world.World.Run();
        Assert.True(client.WasReset);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void What_a_bound_host_has_had_is_not_sent_to_another_whatever_the_route_says()
    {
        using RpcWorld world = new(
            cluster: Tcp, hosts: 2, route: """, "retry_policy": { "retry_on": true, "num_retries": 3, "retry_unsafe_methods": true } """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        world.Connections[0].SendEnd();
        world.World.Run();
        Assert.Single(world.Connections);
        Assert.Equal(BoltFrames.Response(1, status: 6), client.Received.ToArray());
        Assert.True(client.InputEnded);
    }

    [Fact]
    public void A_host_that_cannot_be_reached_is_replaced_before_anything_is_bound()
    {
        using RpcWorld world = new(cluster: Tcp, hosts: 2);
        world.World.Network.SetOutcome(ProxyWorld.UpstreamAddress, ConnectOutcome.Refused);
        for (int i = 0; i < 4; i++)
        {
            MemoryPeer client = world.NewClient();
            world.Send(client, BoltFrames.Request(1), BoltFrames.Request(2));
            Assert.False(client.IsOver);
        }
        Assert.Equal(4, world.Connections.Count);
        Assert.All(world.Connections, static peer => Assert.Equal(2, BoltFrames.Split(peer.Received).Count));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Clients_above_the_bound_of_connections_wait_and_keep_the_order_of_their_calls()
    {
        using RpcWorld world = new(
            cluster: Tcp + """, "circuit_breakers": [{ "max_connections": 1 }], "pending_timeout": "60s" """, hosts: 2);
        MemoryPeer one = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(one, BoltFrames.Request(1, "a", timeoutMs: 0));
        world.Send(other, BoltFrames.Request(1, "b", timeoutMs: 0), BoltFrames.Request(2, "c", timeoutMs: 0));
        world.Send(one, BoltFrames.Request(2, "d", timeoutMs: 0)); // Its connection stands: it waits for nobody.
        Assert.Equal("ad", Contents(Assert.Single(world.Connections)));
        one.Close();
        world.World.Advance(100);
        world.Send(other, BoltFrames.Request(3, "e", timeoutMs: 0));
        Assert.Equal(2, world.Connections.Count);
        Assert.Equal("bce", Contents(world.Connections.Single(static peer => !peer.IsOver)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_of_a_bound_client_keep_their_order_though_the_host_is_slow_to_take_them()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        client.Send(BoltFrames.Request(1, "a")); // These two wait for the connect,
        client.Send(BoltFrames.Request(2));
        world.World.Run();
        MemoryPeer host = world.Connections[0];
        host.PauseReading();
        world.Send(client, BoltFrames.Request(3, new string('b', 2_000_000))); // this one for the host,
        world.Send(client, BoltFrames.Request(4), BoltFrames.Request(5, "c")); // and these for the one before them.
        host.ResumeReading();
        world.World.Run();
        Assert.Equal([1u, 2, 3, 4, 5], BoltFrames.Split(host.Received).Select(static call => BoltFrames.IdOf(call)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_client_that_has_waited_too_long_is_told_so_and_may_try_again()
    {
        using RpcWorld world = new(
            cluster: Tcp + """, "circuit_breakers": [{ "max_connections": 1 }], "pending_timeout": "1s" """, hosts: 2);
        MemoryPeer one = world.NewClient();
        MemoryPeer other = world.NewClient();
        world.Send(one, BoltFrames.Request(1, timeoutMs: 0));
        world.Send(other, BoltFrames.Request(1, timeoutMs: 0), BoltFrames.Request(2, timeoutMs: 0));
        world.World.Advance(1_200);
        Assert.Equal([4, 4], BoltFrames.Split(other.Received).Select(static answer => BoltFrames.StatusOf(answer)));
        one.Close();
        world.World.Run();
        world.Send(other, BoltFrames.Request(3, "x", timeoutMs: 0));
        Assert.Equal("x", Contents(world.Connections.Single(static peer => !peer.IsOver)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_goes_lets_its_client_go_once_its_calls_are_answered()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        world.Send(world.Host.Peers[0], BoltFrames.GoAway(9));
        Assert.False(client.IsOver);
        world.Send(world.Host.Peers[0], BoltFrames.Response(1));
        Assert.Equal(BoltFrames.Response(1), client.Received.ToArray());
        Assert.True(world.Host.Peers[0].InputEnded);
        Assert.True(client.InputEnded);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_goodbye_of_a_host_reaches_a_client_that_may_be_told_and_what_it_calls_then_goes_on_another_connection()
    {
        using RpcWorld world = new(cluster: Tcp, settings: """ "enable_bolt_goaway": true """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1));
        world.Send(world.Host.Peers[0], BoltFrames.GoAway(9));
        Assert.Equal(100, BoltFrames.Split(client.Received)[0][3]);
        world.Send(client, BoltFrames.Request(2, "late"));
        Assert.Equal("late", Contents(world.Host.Peers[1]));
        Assert.False(world.Host.Peers[0].IsOver);
        world.Send(world.Host.Peers[0], BoltFrames.Response(1));
        world.Send(world.Host.Peers[1], BoltFrames.Response(1));
        Assert.Equal(3, BoltFrames.Split(client.Received).Count);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_goodbye_of_a_client_reaches_its_host()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1), BoltFrames.GoAway(9));
        Assert.Equal([1, 100], BoltFrames.Split(world.Host.Peers[0].Received).Select(static frame => frame[3]));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_bound_connection_lives_as_long_as_its_client_whatever_bounds_those_that_are_shared()
    {
        using RpcWorld world = new(
            cluster: Tcp + """, "idle_timeout": "1s", "max_connection_lifetime": "1s", "max_request_per_conn": 1 """);
        MemoryPeer client = world.NewClient();
        for (uint id = 1; id <= 5; id++)
        {
            world.Send(client, BoltFrames.Request(id));
            world.Send(world.Host.Peers[0], BoltFrames.Response(id));
            world.World.Advance(10_000);
            client.Send(BoltFrames.Heartbeat(99));
        }
        Assert.Single(world.Connections);
        Assert.False(world.Connections[0].IsOver);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_host_that_hears_no_heartbeat_is_given_up_and_so_is_its_client()
    {
        using RpcWorld world = new(cluster: Tcp + """, "keepalive": { "interval": "1s" } """);
        MemoryPeer client = world.NewClient();
        world.Send(client, BoltFrames.Request(1, timeoutMs: -1));
        world.World.Advance(15_000);
        Assert.True(world.Connections[0].IsOver);
        Assert.True(client.WasReset);
    }

    [Fact]
    public void A_host_that_leaves_its_cluster_lets_its_clients_go_when_their_calls_are_over()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer idle = world.NewClient();
        MemoryPeer busy = world.NewClient();
        world.Send(idle, BoltFrames.Request(1));
        world.Send(busy, BoltFrames.Request(1));
        world.Send(world.Host.Peers[0], BoltFrames.Response(1));
        world.World.Clusters.Find("upstream")!.Current!.SetHosts([]);
        world.World.Run();
        Assert.Equal((true, false), (idle.InputEnded, busy.IsOver));
        world.Send(world.Host.Peers[1], BoltFrames.Response(1));
        Assert.Equal(BoltFrames.Response(1), busy.Received.ToArray());
        Assert.True(busy.InputEnded);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void A_protocol_without_ids_whose_connections_have_a_state_gets_its_calls_one_by_one_where_it_has_logged_in()
    {
        Extensions extensions = Extensions.BuiltIn();
        extensions.Protocols.Add(LoginCodec.Name, FrameProtocol<LoginCodec>.Match, FrameProtocol<LoginCodec>.Build);
        extensions.UpstreamProtocols.Add(FrameProtocol<LoginCodec>.Protocol, FramePool.Build<LoginCodec>);
        using RpcWorld world = new("login", hosts: 2, extensions: extensions);
        MemoryPeer ann = world.NewClient();
        MemoryPeer bob = world.NewClient();
        world.Send(ann, "Q\u0003annQ\u0001?"u8.ToArray());
        world.Send(bob, "Q\u0003bobQ\u0001?"u8.ToArray());
        Assert.Equal(["Q\u0003ann", "Q\u0003bob"], world.Connections.Select(TextOf).Order(StringComparer.Ordinal));
        MemoryPeer anns = world.Connections.Single(static peer => TextOf(peer).EndsWith("ann", StringComparison.Ordinal));
        world.Send(anns, "A\u0002ok"u8.ToArray());
        Assert.Equal("Q\u0003annQ\u0001?", TextOf(anns));
        world.Send(anns, "A\u0003ann"u8.ToArray());
        Assert.Equal(("A\u0002okA\u0003ann", ""), (TextOf(ann), TextOf(bob)));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public void Calls_are_forwarded_without_allocating()
    {
        using RpcWorld world = new(cluster: Tcp);
        MemoryPeer client = world.NewClient();
        client.KeepsReceived = false;
        byte[] call = BoltFrames.Request(1, new string('x', 1000));
        byte[] answer = BoltFrames.Response(1, new string('y', 1000));
        void Many()
        {
            for (int i = 0; i < 300; i++)
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
        Assert.Single(world.Connections);
    }

    /// <summary>The contents of the calls that came, which are one byte each, or few.</summary>
    private static string Contents(MemoryPeer peer) => string.Concat(
        BoltFrames.Split(peer.Received).Select(static frame => Encoding.Latin1.GetString(frame.AsSpan(22 + 44))));

    private static string TextOf(MemoryPeer peer) => Encoding.Latin1.GetString(peer.Received);

    /// <summary>A letter, a byte of length, content; what is answered depends on what was said before.</summary>
    private readonly struct LoginCodec : IFrameCodec<LoginCodec>
    {
        public static string Name => "login";

        public static FramePoolMode PoolMode => FramePoolMode.Binding;

        public static bool HasIds => false;

        public static ProtocolMatch Match(ReadOnlySpan<byte> start) =>
            start.IsEmpty ? ProtocolMatch.More : start[0] == (byte)'Q' ? ProtocolMatch.Yes : ProtocolMatch.No;

        public static DecodeStatus Scan(ReadOnlySpan<byte> input, FrameHead head)
        {
            if (input.Length < 2)
            {
                return DecodeStatus.NeedMore;
            }
            head.Kind = input[0] == (byte)'Q' ? FrameKind.Request : FrameKind.Response;
            head.Length = 2 + input[1];
            head.HeadLength = 2;
            return DecodeStatus.Complete;
        }

        public static int MaxHeadLength(FrameHead head, HeaderBlock? fields) => 2;

        public static int WriteHead(FrameHead head, HeaderBlock? fields, ulong id, Span<byte> room)
        {
            head.Bytes[..2].CopyTo(room);
            return 2;
        }

        public static void SetContentLength(Span<byte> head, int contentLength) => head[1] = (byte)contentLength;
    }
}
