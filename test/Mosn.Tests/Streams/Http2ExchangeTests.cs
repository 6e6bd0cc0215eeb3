using System.Text;
using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Requests and responses over HTTP/2, with hosts of either version.</summary>
public sealed class Http2ExchangeTests
{
    [Fact]
    public void A_request_of_http2_reaches_a_host_of_http1_and_its_response_comes_back()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, path: "/a?b", more: [("cookie", "a=1"), ("cookie", "b=2"), ("x-own", "X")]);
        world.Run();
        Assert.Equal(
            "GET /a?b HTTP/1.1\r\nHost: a\r\ncookie: a=1; b=2\r\nx-own: X\r\n\r\n", upstream.Peers[0].ReceivedText);
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Own: Y\r\nConnection: keep-alive\r\n\r\nhello");
        world.Run();
        Http2PeerStream response = client.Stream(1);
        Assert.Equal(200, response.Response.Status);
        Assert.Equal("Y", response.Field("x-own"));
        Assert.Equal("5", response.Field("content-length"));
        Assert.Null(response.Field("connection"));
        Assert.Equal("hello", response.BodyText);
        Assert.True(response.IsEnded);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void A_host_of_http2_gets_the_requests_of_many_streams_on_one_connection()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        List<Http2Peer> hosts = [];
        MemoryHost upstream = world.Upstream(peer => hosts.Add(Host(peer)));
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 40; id += 2)
        {
            client.SendRequest(id, "POST", $"/{id}", endStream: false);
        }
        world.Run();
        for (int id = 1; id < 40; id += 2)
        {
            client.SendData(id, $"body {id}", endStream: true);
        }
        world.Run();
        Assert.Single(hosts);
        for (int id = 1; id < 40; id += 2)
        {
            Assert.Equal($"body {id}", client.Stream(id).BodyText);
            Assert.True(client.Stream(id).IsEnded);
            Assert.True(client.Stream(id).Trailers.TryGet("x-trailer"u8, out _));
        }
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void Both_directions_of_a_stream_are_under_way_at_once()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        Http2Peer host = null!;
        MemoryHost upstream = world.Upstream(peer => (host = new Http2Peer(peer, isServer: true)).Start());
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST", endStream: false);
        world.Run();
        host.SendHead(1, endStream: false, (":status", "200"));
        for (int i = 0; i < 10; i++)
        {
            client.SendData(1, $"ping {i};");
            world.Run();
            Assert.EndsWith($"ping {i};", host.Stream(1).BodyText);
            host.SendData(1, $"pong {i};");
            world.Run();
            Assert.EndsWith($"pong {i};", client.Stream(1).BodyText);
        }
        client.SendData(1, "", endStream: true);
        world.Run();
        Assert.True(host.Stream(1).IsEnded);
        host.SendHead(1, endStream: true, ("grpc-status", "0"));
        world.Run();
        Assert.True(client.Stream(1).IsEnded);
        Assert.Equal(1, client.Stream(1).Trailers.Count);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void Interim_responses_pass()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        Http2Peer host = null!;
        MemoryHost upstream = world.Upstream(peer => (host = new Http2Peer(peer, isServer: true)).Start());
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        host.SendHead(1, endStream: false, (":status", "103"), ("link", "</a>"));
        host.SendHead(1, endStream: true, (":status", "204"));
        world.Run();
        Assert.Equal([103], client.Stream(1).Interim);
        Assert.Equal(204, client.Stream(1).Response.Status);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void Large_bodies_pass_in_both_directions_whole()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        MemoryHost upstream = world.Upstream(peer => Host(peer));
        Http2Peer client = world.Http2Client();
        byte[] body = new byte[3 * 1024 * 1024];
        new Random(1).NextBytes(body);
        client.SendRequest(1, "POST", endStream: false);
        world.Run();
        int sent = 0;
        while (sent < body.Length)
        {
            // As the windows that were given allow.
            int window = 65_536 + client.Frames
                .Where(static frame => frame is { Type: Http2FrameType.WindowUpdate, StreamId: 1 })
                .Sum(static frame => (int)frame.Code) - sent;
            int length = Math.Min(window, body.Length - sent);
            Assert.True(length > 0);
            client.SendData(1, body.AsSpan(sent, length), endStream: sent + length == body.Length);
            sent += length;
            world.Run();
        }
        Assert.True(client.Stream(1).IsEnded);
        Assert.True(body.AsSpan().SequenceEqual(client.Stream(1).Body));
        Assert.Contains(
            client.Frames,
            static frame => frame is { Type: Http2FrameType.WindowUpdate, StreamId: 1 } && (int)frame.Code > 65_536);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void Streams_take_turns()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((4, 1 << 20));
        client.GivesWindow = false;
        client.SendWindow(0, 1 << 20);
        client.SendRequest(1);
        client.SendRequest(3);
        world.Run();
        string body = new('a', 60_000);
        foreach (MemoryPeer peer in upstream.Peers)
        {
            peer.Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }
        world.Run();
        int[] order = [.. client.Frames
            .Where(static frame => frame is { Type: Http2FrameType.Data, Payload.Length: > 0 })
            .Select(static frame => frame.StreamId)];
        Assert.InRange(order.AsSpan()[..(order.Length / 2)].Count(3), 1, order.Length / 2 - 1);
    }

    [Fact]
    public void A_connection_that_drains_names_its_last_stream_after_a_round_trip_and_ends_with_it()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.AnswersPings = false;
        client.SendRequest(1);
        world.Run();
        world.Wait(world.Listeners[0].BeginDrainAsync().AsTask());
        world.Run();
        Assert.Equal(int.MaxValue, client.GoAway!.LastStreamId);
        client.SendRequest(3); // It was under way.
        Http2PeerFrame ping = client.Frames.Last(static frame => frame.Type == Http2FrameType.Ping);
        client.Send(Http2FrameType.Ping, Http2FrameHeader.Ack, 0, ping.Payload);
        world.Run();
        Assert.Equal(3, client.GoAway!.LastStreamId);
        client.SendRequest(5); // Too late: it is ignored.
        world.Run();
        Assert.Equal(2, upstream.Peers.Count);
        foreach (MemoryPeer peer in upstream.Peers)
        {
            Assert.False(client.Peer.InputEnded);
            peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            world.Run();
        }
        Assert.True(client.Stream(1).IsEnded && client.Stream(3).IsEnded);
        Assert.True(client.Peer.InputEnded);
    }

    [Fact]
    public void What_a_host_did_not_look_at_is_sent_to_it_again()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        List<Http2Peer> hosts = [];
        MemoryHost upstream = world.Upstream(peer =>
        {
            Http2Peer host = new(peer, isServer: true);
            host.Start();
            if (hosts.Count > 0)
            {
                Answer(host);
            }
            hosts.Add(host);
        });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST");
        client.SendRequest(3, "POST");
        world.Run();
        hosts[0].SendGoAway(1);
        world.Run();
        Assert.True(client.Stream(3).IsEnded); // On the next connection.
        Assert.Equal(200, client.Stream(3).Response.Status);
        Assert.False(client.Stream(1).HasHead);
        hosts[0].SendHead(1, endStream: true, (":status", "201"));
        world.Run();
        Assert.Equal(201, client.Stream(1).Response.Status);
        Assert.True(hosts[0].Peer.InputEnded); // It ended with its last stream.
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void A_host_that_resets_each_request_once_it_has_answered_keeps_its_connection()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2", cluster: """, "max_request_per_conn": 100000 """));
        MemoryHost upstream = world.Upstream(peer =>
        {
            Http2Peer host = new(peer, isServer: true);
            host.Start();
            host.OnEnded = stream =>
            {
                host.SendHead(stream.Id, endStream: true, (":status", "200"));
                host.SendReset(stream.Id, Http2ErrorCode.NoError);
            };
        });
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 2000; id += 2)
        {
            client.SendRequest(id, "POST");
            world.Run();
            Assert.True(client.Stream(id).IsEnded);
        }
        Assert.Single(upstream.Peers);
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void A_client_that_resets_a_request_has_it_reset_at_the_host()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        Http2Peer host = null!;
        MemoryHost upstream = world.Upstream(peer => (host = new Http2Peer(peer, isServer: true)).Start());
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        client.SendRequest(3);
        world.Run();
        client.SendReset(1);
        world.Run();
        Assert.Equal(Http2ErrorCode.Cancel, host.Stream(1).Reset);
        Assert.False(host.Peer.IsOver);
        host.SendHead(3, endStream: true, (":status", "200"));
        world.Run();
        Assert.True(client.Stream(3).IsEnded);
        Assert.Equal(1, world.Count(DownstreamMetric.RequestReset));
        AssertNothingIsLeft(world, client, upstream);
    }

    [Fact]
    public void Requests_and_responses_are_forwarded_without_allocating()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream(static peer => peer.KeepsReceived = true);
        MemoryPeer peer = world.Client();
        peer.Send(Http2Preface.Bytes);
        peer.Send([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]);
        world.Run();
        peer.KeepsReceived = false;
        byte[] block = Http2Peer.Block((":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/"));
        byte[] request = new byte[Http2FrameHeader.Size + block.Length];
        block.CopyTo(request, Http2FrameHeader.Size);
        byte[] response = Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        int id = -1;
        void Exchange()
        {
            id += 2;
            new Http2FrameHeader(
                block.Length, Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream, id).Write(request);
            peer.Send(request);
            world.Run();
            upstream.Peers[0].ClearReceived();
            upstream.Peers[0].Send(response);
            world.Run();
        }

        void Many()
        {
            for (int i = 0; i < 500; i++)
            {
                Exchange();
            }
        }

        Many();
        Assert.Equal(0, Allocations.Of(Many));
        Assert.Equal(id / 2 + 1, world.Count(DownstreamMetric.RequestTotal));
    }

    /// <summary>A host that sends back what it gets, with trailers.</summary>
    private static Http2Peer Host(MemoryPeer peer)
    {
        Http2Peer host = new(peer, isServer: true);
        host.Start();
        host.OnEnded = stream =>
        {
            host.SendHead(stream.Id, endStream: false, (":status", "200"));
            host.SendData(stream.Id, stream.Body);
            host.SendHead(stream.Id, endStream: true, ("x-trailer", "t"));
        };
        return host;
    }

    private static void Answer(Http2Peer host) =>
        host.OnEnded = stream => host.SendHead(stream.Id, endStream: true, (":status", "200"));

    private static void AssertNothingIsLeft(ProxyWorld world, Http2Peer client, MemoryHost upstream)
    {
        client.Peer.Close();
        world.Run();
        foreach (MemoryPeer peer in upstream.Peers)
        {
            peer.Close();
        }
        world.Advance(70_000);
        Assert.Empty(world.Leaks());
    }
}
