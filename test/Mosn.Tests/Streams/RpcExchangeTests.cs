using System.Text;
using Mosn.Protocols;
using Mosn.Protocols.Frames;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Streams;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>
/// What holds of every RPC protocol, through the whole proxy, with the frames of real peers; besides what their codecs are held
/// to by <see cref="FrameProtocolConformance{TCodec}"/>.
/// </summary>
public sealed class RpcExchangeTests
{
    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void Calls_of_two_clients_share_a_connection_and_each_gets_its_own_answer(string protocol)
    {
        using Scene scene = new(protocol);
        MemoryPeer other = scene.NewClient();
        scene.Client.Send(scene.Dialect.CallWith(7));
        other.Send(scene.Dialect.CallWith(7));
        scene.Client.Send(scene.Dialect.CallWith(8));
        scene.World.Run();
        List<FrameHead> calls = scene.Calls();
        Assert.Single(scene.Upstream.Peers);
        Assert.Equal([1UL, 2, 3], calls.Select(static call => call.Id).Order().ToArray());

        foreach (FrameHead call in Enumerable.Reverse(calls))
        {
            scene.Upstream.Peers[0].Send(scene.Dialect.AnswerWith(call.Id));
        }
        scene.World.Run();
        Assert.Equal([.. scene.Dialect.AnswerWith(8), .. scene.Dialect.AnswerWith(7)], scene.Client.Received.ToArray());
        Assert.Equal(scene.Dialect.AnswerWith(7), other.Received.ToArray());
        scene.AssertNothingIsLeft();
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_large_call_passes(string protocol)
    {
        using Scene scene = new(protocol);
        byte[] call = scene.Dialect.LargeCall(3_000_000);
        scene.Client.Send(call);
        scene.World.Run();
        Assert.Equal(call.Length, scene.Upstream.Peers[0].Received.Length);
        scene.AssertNothingIsLeft();
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_heartbeat_is_answered_here(string protocol)
    {
        using Scene scene = new(protocol);
        if (scene.Dialect.Heartbeat is { } heartbeat)
        {
            scene.Client.Send(heartbeat);
            scene.World.Run();
            Assert.Equal(scene.Dialect.HeartbeatReply, scene.Client.Received.ToArray());
            Assert.Empty(scene.Upstream.Peers);
            Assert.Equal(1, scene.Count(FrameMetric.HeartbeatReceivedTotal));
            scene.AssertNothingIsLeft();
        }
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_heartbeat_of_a_host_is_answered_here(string protocol)
    {
        using Scene scene = new(protocol);
        scene.Client.Send(scene.Dialect.CallWith(1));
        scene.World.Run();
        MemoryPeer host = scene.Upstream.Peers[0];
        host.ClearReceived();
        if (scene.Dialect.Heartbeat is { } heartbeat && protocol != "tars") // Whose hosts call nobody.
        {
            host.Send(heartbeat);
            scene.World.Run();
            Assert.Equal(scene.Dialect.HeartbeatReply, host.Received.ToArray());
        }
    }

    [Theory]
    [InlineData("bolt", "0100000201000000070100060000000000000000")]
    [InlineData("boltv2", "0202000002010000000701010006")]
    [InlineData("dubbo", "DABB023C00000000000000070000001716")]
    [InlineData("tars", "0000002B10012C30074C50F86D000C780C8616")]
    [InlineData("x_example", "78010100000007000100000000")]
    [InlineData("courier", "C0DE03010000000700000000000000000000")]
    public void A_host_that_is_not_there_is_an_error_in_the_protocol_itself(string protocol, string expected)
    {
        using Scene scene = new(protocol, hasUpstream: false);
        scene.Client.Send(scene.Dialect.CallWith(7));
        scene.World.Run();
        Assert.StartsWith(expected, Convert.ToHexString(scene.Client.Received), StringComparison.Ordinal);
        Assert.False(scene.Client.IsOver);
        Assert.Equal(1, scene.Count(FrameMetric.LocalReplyTotal));
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_host_that_is_gone_is_an_error_of_each_call_that_it_had(string protocol)
    {
        using Scene scene = new(protocol);
        scene.Client.Send(scene.Dialect.CallWith(7));
        scene.Client.Send(scene.Dialect.CallWith(8));
        scene.World.Run();
        scene.Upstream.Peers[0].Reset();
        scene.World.Run();
        Assert.Equal([7UL, 8], scene.Answers().Select(static answer => answer.Id).Order().ToArray());
        scene.AssertNothingIsLeft();
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void Calls_above_the_bound_of_a_connection_wait(string protocol)
    {
        using Scene scene = new(
            protocol, proxy: $$""", "extend_config": { "{{protocol}}": { "max_concurrent_requests": 2 } } """);
        for (ulong id = 1; id <= 3; id++)
        {
            scene.Client.Send(scene.Dialect.CallWith(id));
        }
        scene.World.Run();
        Assert.Equal(2, scene.Calls().Count);
        scene.Upstream.Peers[0].Send(scene.Dialect.AnswerWith(1));
        scene.World.Run();
        Assert.Equal(3, scene.Calls().Count);
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_route_may_look_at_the_service(string protocol)
    {
        if (RpcDialect.Named(protocol).Service is { } service)
        {
            using Scene scene = new(
                protocol, match: $$"""{ "headers": [{ "name": "service", "value": "{{service}}" }] }""");
            scene.Client.Send(scene.Dialect.CallWith(1));
            scene.World.Run();
            Assert.Equal(scene.Dialect.CallWith(1), scene.Upstream.Peers[0].Received.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_call_that_no_route_takes_is_told_so_and_the_connection_goes_on(string protocol)
    {
        using Scene scene = new(protocol, match: """{ "headers": [{ "name": "service", "value": "other" }] }""");
        scene.Client.Send(scene.Dialect.CallWith(5));
        scene.World.Run();
        Assert.Equal(5UL, Assert.Single(scene.Answers()).Id);
        Assert.False(scene.Client.IsOver);
        if (protocol == "dubbo-thrift")
        {
            Assert.Equal(RealFrames.DubboThriftNoRoute, scene.Client.Received.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_header_that_a_route_adds_is_in_the_frame(string protocol)
    {
        using Scene scene = new(
            protocol, route: """, "request_headers_to_add": [{"header": {"key": "x-zone", "value": "b"}}] """);
        if (scene.Dialect.HasFields)
        {
            scene.Client.Send(scene.Dialect.CallWith(1));
            scene.World.Run();
            FrameHead call = Assert.Single(scene.Calls());
            HeaderBlock fields = scene.Dialect.Codec.FieldsOf(call);
            Assert.True(fields.TryGet("x-zone"u8, out ReadOnlySpan<byte> zone));
            Assert.Equal("b", Encoding.ASCII.GetString(zone));
            Assert.True(fields.TryGet("service"u8, out ReadOnlySpan<byte> service));
            Assert.Equal(scene.Dialect.Service, Encoding.ASCII.GetString(service));
        }
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_call_is_not_sent_in_a_protocol_that_it_is_not(string protocol)
    {
        foreach (string other in (string[])["Http1", "Http2", protocol == "dubbo" ? "bolt" : "dubbo"])
        {
            using Scene scene = new(protocol, route: $$""", "upstream_protocol": "{{other}}" """);
            scene.Client.Send(scene.Dialect.CallWith(1));
            scene.World.Run();
            Assert.NotEqual(200, scene.Dialect.Codec.HttpStatusOf(Assert.Single(scene.Answers())));
            Assert.All(scene.Upstream.Peers, static peer => Assert.Equal(0, peer.Received.Length));
            scene.AssertNothingIsLeft();
        }
    }

    [Theory]
    [MemberData(nameof(RpcDialect.Names), MemberType = typeof(RpcDialect))]
    public void A_request_of_http_is_not_sent_in_an_rpc_protocol(string protocol)
    {
        using Scene scene = new(protocol, downstream: "Http1", route: $$""", "upstream_protocol": "{{protocol}}" """);
        scene.Client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        scene.World.Run();
        Assert.StartsWith("HTTP/1.1 50", Encoding.Latin1.GetString(scene.Client.Received), StringComparison.Ordinal);
        Assert.All(scene.Upstream.Peers, static peer => Assert.Equal(0, peer.Received.Length));
    }

    /// <summary>A client, the proxy, a host.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly List<MemoryPeer> _clients = [];

        public Scene(
            string protocol, string downstream = "", string route = "", string proxy = "", string match = "", bool hasUpstream = true)
        {
            Dialect = RpcDialect.Named(protocol);
            string config = ProxyWorld
                .Http(route: route, proxy: proxy, cluster: """, "max_request_per_conn": 100000 """)
                .Replace(
                    "\"downstream_protocol\": \"Http1\", \"upstream_protocol\": \"Http1\"",
                    $"\"downstream_protocol\": \"{(downstream.Length > 0 ? downstream : protocol)}\"",
                    StringComparison.Ordinal);
            World = new ProxyWorld(
                match.Length == 0
                    ? config
                    : config.Replace("\"match\": { \"prefix\": \"/\" }", $"\"match\": {match}", StringComparison.Ordinal),
                extensions: RpcDialect.Extensions);
            Upstream = hasUpstream ? World.Upstream() : null!;
            Client = NewClient();
        }

        public RpcDialect Dialect { get; }

        public ProxyWorld World { get; }

        public MemoryHost Upstream { get; }

        public MemoryPeer Client { get; }

        public void Dispose() => World.Dispose();

        public MemoryPeer NewClient()
        {
            _clients.Add(World.Client());
            return _clients[^1];
        }

        /// <summary>What the first connection to the host has received.</summary>
        public List<FrameHead> Calls() => Dialect.Split(Upstream.Peers[0].Received, isFromHost: false);

        public List<FrameHead> Answers() => Dialect.Split(Client.Received, isFromHost: true);

        public void SendInPieces(MemoryPeer peer, byte[] frame)
        {
            foreach (byte value in frame)
            {
                peer.Send([value]);
                World.Run();
            }
        }

        public long Count(FrameMetric metric) => FrameMetrics.Of(World.Metrics, Dialect.Protocol).Read((int)metric);

        public void AssertNothingIsLeft()
        {
            foreach (MemoryPeer peer in (MemoryPeer[])[.. _clients, .. Upstream.Peers])
            {
                peer.Close();
            }
            World.Advance(120_000);
            Assert.Empty(World.Leaks());
        }
    }
}
