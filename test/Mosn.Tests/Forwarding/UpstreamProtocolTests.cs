using System.Text;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Config;
using Mosn.Proxy.Forwarding;
using Mosn.Proxy.Observability;
using Mosn.Proxy.Routing;
using Mosn.Proxy.Streams;
using Mosn.Proxy.Upstream;
using Mosn.Testing;
using Mosn.Tests.Routing;
using Mosn.Tests.Upstream;

namespace Mosn.Tests.Forwarding;

/// <summary>What requests are sent in, and hosts of HTTP/2 that die, refuse and go away.</summary>
public class UpstreamProtocolTests
{
    private const int MaxConcurrentStreams = 3;
    private const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData(null, "Http2", "Http1", "Http2")]
    [InlineData(null, null, "Http2", "Http2")]
    [InlineData(null, null, null, "Http1")]
    [InlineData("Http2", "Http1", "Http1", "Http2")]
    public void Who_says_it_first(string? filter, string? route, string? cluster, string expected)
    {
        UpstreamWorld world = new();
        Cluster known = world.Add(UpstreamWorld.Config("c", "127.0.0.1:1") with { Protocol = cluster ?? "" });
        RouteConfig forward = RoutingWorld.Forward("c", new RouteMatchConfig { Prefix = "/" });
        RouteConfig config = forward with { Action = forward.Action! with { UpstreamProtocol = route ?? "Auto" } };
        StreamContext context = RoutingWorld.Get("/");
        context.WantedProtocol = filter is null ? null : UpstreamWorld.FakeProtocols().Named(filter);
        Route asked = RoutingWorld.Compile(RoutingWorld.Routes(config)).Match(context)!;
        Assert.Equal(expected, ProtocolChoice.Of(context, asked, known).Name);
    }

    [Theory]
    [InlineData(", \"upstream_protocol\": \"Http2\"", "")]
    [InlineData("", ", \"protocol\": \"Http2\"")]
    public void Requests_of_http_1_share_a_connection_of_http_2(string route, string cluster)
    {
        using ProxyWorld world = new(ProxyWorld.Http(route: route, cluster: cluster));
        List<Http2Peer> hosts = Hosts(world, Answers);
        MemoryPeer[] clients = Ask(world, 5);
        Assert.All(clients, static client => Assert.StartsWith("HTTP/1.1 200 OK\r\n", client.ReceivedText));
        Assert.Equal(5, Assert.Single(hosts).Streams.Count);
        End(world, hosts, clients);
    }

    [Fact]
    public void Without_a_word_on_it_hosts_get_what_the_client_speaks()
    {
        using ProxyWorld world = new(ProxyWorld.Http().Replace(
            "downstream_protocol\": \"Http1", "downstream_protocol\": \"Auto", StringComparison.Ordinal));
        List<string> heads = [];
        MemoryHost host = world.Upstream(peer => peer.OnInput = p => heads.Add(p.ReceivedText[..3]));
        MemoryPeer first = Ask(world, 1)[0];
        Http2Peer second = world.Http2Client();
        second.SendRequest(1);
        world.Run();
        Assert.Equal(["GET", "PRI"], heads.Distinct());
        first.Close();
        second.Peer.Close();
        world.Run();
        foreach (MemoryPeer peer in host.Peers)
        {
            peer.Close();
        }
        world.Advance(70_000);
        Assert.Empty(world.Leaks());
    }

    [Fact]
    public void A_protocol_that_nobody_speaks_to_hosts_is_a_502()
    {
        using ProxyWorld world = new(ProxyWorld.Http(route: """, "upstream_protocol": "X" """));
        MemoryHost host = world.Upstream();
        MemoryPeer client = Ask(world, 1)[0];
        Assert.StartsWith("HTTP/1.1 502 ", client.ReceivedText);
        Assert.Empty(host.Peers);
    }

    [Fact]
    public void Copies_go_in_the_protocol_of_their_own_cluster()
    {
        string config = ProxyWorld
            .Http(listener: """, "stream_filters": [{ "type": "mirror", "config": {} }]""")
            .Replace(
                "\"match\": {", "\"request_mirror_policies\": { \"cluster\": \"copies\", \"percent\": 100 }, \"match\": {",
                StringComparison.Ordinal)
            .Replace(
                "\"clusters\": [",
                "\"clusters\": [{ \"name\": \"copies\", \"protocol\": \"Http2\", \"hosts\": [{ \"address\": \"127.0.0.1:9001\" }] }, ",
                StringComparison.Ordinal);
        using ProxyWorld world = new(config);
        MemoryHost host = world.Upstream();
        List<Http2Peer> copies = Hosts(world, Answers, index: 1);
        MemoryPeer client = Ask(world, 1)[0];
        host.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Run();
        Assert.StartsWith("HTTP/1.1 200 ", client.ReceivedText);
        Assert.True(Assert.Single(copies).Stream(1).IsEnded);
        host.Peers[0].Close();
        End(world, copies, client);
    }

    [Fact]
    public void A_host_that_dies_takes_only_what_may_have_had_an_effect_with_it()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", hosts: 2));
        List<Http2Peer> dying = Hosts(world, Answers);
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run(); // So that the connection is one that was used before.
        dying[0].OnEnded = null;
        List<Http2Peer> others = Hosts(world, static host => host.OnEnded = null, index: 1);
        for (int id = 3; id <= 41; id += 2)
        {
            client.SendRequest(id, id % 3 == 0 ? "POST" : "GET");
        }
        world.Run();
        int[] onDying = [.. dying[0].Streams.Keys.Where(static id => id > 1)];
        Assert.NotEmpty(onDying);
        Assert.NotEmpty(others.Single().Streams);
        foreach (Http2Peer host in others)
        {
            Answers(host);
            foreach (int id in host.Streams.Keys.ToArray())
            {
                host.SendHead(id, endStream: true, (":status", "200"));
            }
        }
        dying[0].Peer.Reset();
        Hosts(world, Answers); // It is up again at once.
        world.Run();
        int lost = 0;
        for (int id = 3; id <= 41; id += 2)
        {
            int status = client.Stream(id).Response.Status;
            Assert.True(client.Stream(id).IsEnded && (status == 200 || (status == 502 && id % 3 == 0)), $"stream {id}: {status}");
            lost += status == 502 ? 1 : 0;
        }
        Assert.InRange(lost, 1, onDying.Length - 1); // The rest was repeated where it could be.
        client.Peer.Close();
        End(world, [.. dying, .. others]);
    }

    [Theory]
    [InlineData(2_000, "", 200)]
    [InlineData(20_000, "", 502)]
    [InlineData(20_000, """, "retry_policy": { "retry_on": true }""", 200)]
    public void A_request_whose_body_was_sent_is_sent_again_as_far_as_it_was_kept(int bodyLength, string route, int status)
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", route: route));
        List<Http2Peer> hosts = Hosts(world, static _ => { });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        client.SendRequest(3, "POST", endStream: false);
        client.SendData(3, new string('a', bodyLength), endStream: true);
        world.Run();
        Assert.Equal(bodyLength, hosts[0].Stream(3).BodyLength);
        hosts[0].SendGoAway(1);
        hosts[0].SendHead(1, endStream: true, (":status", "204"));
        world.Run();
        Assert.Equal(204, client.Stream(1).Response.Status);
        if (status == 200)
        {
            Assert.Equal(bodyLength, hosts[1].Stream(1).BodyLength);
            hosts[1].SendHead(1, endStream: true, (":status", "200"));
            world.Run();
        }
        Assert.Equal(status, client.Stream(3).Response.Status);
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void A_host_that_always_refuses_is_asked_a_few_times_and_no_more()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        int refused = 0;
        List<Http2Peer> hosts = Hosts(world, host => host.OnRequest = stream =>
        {
            refused++;
            host.SendReset(stream.Id, Http2ErrorCode.RefusedStream);
        });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST");
        world.Advance(10_000);
        Assert.Equal(502, client.Stream(1).Response.Status);
        Assert.Equal(4, refused); // Once more at once, and twice after a pause, within the budget of retries.
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void What_a_host_refuses_another_gets()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", hosts: 2));
        List<Http2Peer> hosts = Hosts(world, static host =>
            host.OnRequest = stream => host.SendReset(stream.Id, Http2ErrorCode.RefusedStream));
        List<Http2Peer> others = Hosts(world, Answers, index: 1);
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 20; id += 2)
        {
            client.SendRequest(id, "POST");
            world.Run();
            Assert.Equal(200, client.Stream(id).Response.Status);
        }
        client.Peer.Close();
        End(world, [.. hosts, .. others]);
    }

    [Fact]
    public void A_burst_at_a_host_that_takes_few_requests_on_a_connection_finds_others()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        List<Http2Peer> hosts = Hosts(world, host => host.OnRequest = stream =>
        {
            if (host.Streams.Count > 2)
            {
                host.SendReset(stream.Id, Http2ErrorCode.RefusedStream);
            }
        }, streamsMax: 2);
        Http2Peer client = world.Http2Client();
        for (int id = 1; id <= 19; id += 2)
        {
            client.SendRequest(id, "POST");
        }
        world.Run();
        Assert.Equal(5, hosts.Count);
        foreach (Http2Peer host in hosts)
        {
            foreach (int id in host.Streams.Keys.Order().Take(2))
            {
                host.SendHead(id, endStream: true, (":status", "200"));
            }
        }
        world.Run();
        for (int id = 1; id <= 19; id += 2)
        {
            Assert.Equal(200, client.Stream(id).Response.Status);
        }
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void A_bound_that_the_host_lowers_makes_requests_wait_where_there_may_be_no_other_connection()
    {
        using ProxyWorld world = new(Http2World.Config(
            upstream: "Http2", cluster: """, "circuit_breakers": [{ "max_connections": 1 }], "pending_timeout": "2s" """));
        List<Http2Peer> hosts = Hosts(world, static _ => { });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        client.SendRequest(3);
        world.Run();
        hosts[0].SendSettings((MaxConcurrentStreams, 1));
        world.Run();
        client.SendRequest(5);
        client.SendRequest(7);
        world.Run();
        hosts[0].SendHead(1, endStream: true, (":status", "200"));
        world.Run();
        Assert.Equal([1, 3], hosts[0].Streams.Keys);
        hosts[0].SendHead(3, endStream: true, (":status", "200"));
        world.Run();
        Assert.Equal([1, 3, 5], hosts[0].Streams.Keys);
        world.Advance(2_100);
        Assert.Equal(503, client.Stream(7).Response.Status);
        hosts[0].SendHead(5, endStream: true, (":status", "200"));
        world.Run();
        Assert.Equal(200, client.Stream(5).Response.Status);
        Assert.Single(hosts);
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void Who_ended_what_is_counted()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", route: """, "timeout": "5s" """));
        List<Http2Peer> hosts = Hosts(world, static _ => { });
        Http2Peer client = world.Http2Client();
        for (int id = 1; id <= 9; id += 2)
        {
            client.SendRequest(id, "POST");
        }
        world.Run();
        hosts[0].SendReset(1, Http2ErrorCode.InternalError);
        client.SendReset(3);
        world.Run();
        hosts[0].SendGoAway(9);
        world.Advance(5_100); // The time of the rest is up.
        client.SendRequest(11, "POST");
        client.SendRequest(13, "POST");
        world.Run();
        hosts[^1].Peer.Reset();
        world.Run();
        Assert.Equal((1, 4, 2, 1), (
            world.Count(UpstreamMetric.RequestRemoteReset), world.Count(UpstreamMetric.RequestLocalReset),
            world.Count(UpstreamMetric.RequestFailureEject), world.Count(UpstreamMetric.ConnectionCloseNotify)));
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void A_host_that_falls_silent_is_asked_for_a_sign_of_life_and_given_up_without_one()
    {
        using ProxyWorld world = new(Http2World.Config(
            upstream: "Http2", cluster: """, "keepalive": { "interval": "5s", "timeout": "2s" } """));
        List<Http2Peer> hosts = Hosts(world, static _ => { });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST");
        world.Advance(20_000);
        Assert.False(client.Stream(1).IsEnded); // It is slow, but answers PINGs.
        hosts[0].AnswersPings = false;
        world.Advance(7_100);
        Assert.Equal(502, client.Stream(1).Response.Status);
        client.Peer.Close();
        End(world, hosts);
    }

    [Fact]
    public void Connections_are_made_in_advance_in_the_cluster_s_protocol()
    {
        using ProxyWorld world = new(
            ProxyWorld.Http(cluster: """, "protocol": "Http2", "warm_connections": 1 """),
            prepare: static network => network.Host(
                ProxyWorld.UpstreamAddress, static peer => new Http2Peer(peer, isServer: true).Start()));
        world.Run();
        Assert.Equal(1, world.Count(UpstreamMetric.ConnectionActive));
        MemoryPeer client = Ask(world, 1)[0];
        Assert.Equal(1, world.Count(UpstreamMetric.ConnectionTotal));
        client.Close();
        world.Run();
    }

    [Theory]
    [InlineData("Http1")]
    [InlineData("Http2")]
    public void Requests_to_hosts_of_http_2_are_forwarded_without_allocating(string client)
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        MemoryHost host = world.Upstream(static peer => peer.Send([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]));
        MemoryPeer peer = world.Client();
        byte[] request = Encoding.Latin1.GetBytes(Get);
        if (client == "Http2")
        {
            peer.Send(Http2Preface.Bytes);
            peer.Send([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]);
            world.Run();
            byte[] block = Http2Peer.Block((":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"));
            request = [.. new byte[Http2FrameHeader.Size], .. block];
        }
        peer.KeepsReceived = false;
        byte[] response = [.. new byte[Http2FrameHeader.Size], 0x88];
        int id = -1;
        void Exchange()
        {
            id += 2;
            if (client == "Http2")
            {
                WriteHeaders(request, id);
            }
            peer.Send(request);
            world.Run();
            host.Peers[0].ClearReceived();
            WriteHeaders(response, id);
            host.Peers[0].Send(response);
            world.Run();
        }

        void Many()
        {
            for (int i = 0; i < 200; i++)
            {
                Exchange();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Single(host.Peers);
        Assert.Equal((id / 2) + 1, world.Count(UpstreamMetric.ResponseSuccess));
    }

    private static void WriteHeaders(byte[] frame, int id) => new Http2FrameHeader(
        frame.Length - Http2FrameHeader.Size,
        Http2FrameType.Headers,
        Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream,
        id).Write(frame);

    private static void Answers(Http2Peer host) =>
        host.OnEnded = stream => host.SendHead(stream.Id, endStream: true, (":status", "200"));

    private static List<Http2Peer> Hosts(ProxyWorld world, Action<Http2Peer> prepare, int index = 0, int streamsMax = 0)
    {
        List<Http2Peer> hosts = [];
        world.Upstream(
            peer =>
            {
                Http2Peer host = new(peer, isServer: true);
                prepare(host);
                host.Start(streamsMax == 0 ? [] : [(MaxConcurrentStreams, (uint)streamsMax)]);
                hosts.Add(host);
            },
            index);
        return hosts;
    }

    private static MemoryPeer[] Ask(ProxyWorld world, int count)
    {
        MemoryPeer[] clients = [.. Enumerable.Range(0, count).Select(_ => world.Client())];
        Array.ForEach(clients, static client => client.Send(Get));
        world.Run();
        return clients;
    }

    private static void End(ProxyWorld world, List<Http2Peer> hosts, params MemoryPeer[] clients)
    {
        Array.ForEach(clients, static client => client.Close());
        world.Run();
        world.Advance(70_000);
        foreach (Http2Peer host in hosts)
        {
            host.Peer.Close();
        }
        world.Advance(70_000);
        Assert.Empty(world.Leaks());
    }
}
