using Mosn.Protocols.Http2;
using Mosn.Proxy.Observability;
using Mosn.Testing;

namespace Mosn.Tests.Streams;

/// <summary>Clients that do nothing wrong, and do much of it: what is meant for attackers must not hurt them.</summary>
public sealed class Http2HonestPeerTests
{
    [Fact]
    public void A_client_that_reads_its_answers_may_ask_for_as_many_as_it_likes()
    {
        using ProxyWorld world = new(Http2World.Config());
        world.Upstream();
        Http2Peer client = world.Http2Client();
        for (int i = 0; i < 3000; i++)
        {
            client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
            world.Advance(110);
        }
        Assert.False(client.Peer.IsOver);
    }

    [Fact]
    public void A_client_that_reads_slowly_may_ask_for_answers_meanwhile()
    {
        // Something of a download always waits, and each answer is read in its turn.
        using ProxyWorld world = new(Http2World.Config(), new NarrowWeather());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((4, int.MaxValue));
        client.SendWindow(0, 1 << 30);
        client.SendRequest(1);
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 400000000\r\n\r\n");
        client.Peer.PauseReading();
        client.Peer.KeepsReceived = false;
        byte[] body = new byte[20_000];
        for (int i = 0; i < 3000; i++)
        {
            upstream.Peers[0].Send(body);
            client.Send(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[8]);
            world.Advance(110);
            for (int read = 0; read < 20_000;)
            {
                int count = client.Peer.ReadSome(1024);
                read += count == 0 ? 20_000 : count;
                world.Run();
            }
        }
        Assert.False(client.Peer.IsOver);
        Assert.Equal(0, world.Count(SelfMetric.Http2OutputFloodTotal));
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc", false)]
    public void A_stream_that_is_open_in_both_directions_may_be_silent(string contentType, bool isAnswered)
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        Http2Peer host = null!;
        world.Upstream(peer => (host = new Http2Peer(peer, isServer: true)).Start());
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST", endStream: false, more: ("content-type", contentType));
        world.Run();
        if (isAnswered)
        {
            host.SendHead(1, endStream: false, (":status", "200"));
        }
        for (int minute = 0; minute < 10; minute++)
        {
            world.Advance(60_000);
            if (isAnswered)
            {
                host.SendData(1, "event");
                world.Run();
            }
        }
        Assert.Null(client.Stream(1).Reset);
        Assert.Equal(isAnswered, client.Stream(1).HasHead);
        Assert.Equal(isAnswered ? 50 : 0, client.Stream(1).BodyLength);
    }

    [Fact]
    public void A_client_may_give_each_4_KiB_of_its_windows_back()
    {
        // Go's client does, on stream and connection, when it is read by buffers of that size.
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((4, 1 << 22));
        client.GivesWindow = false;
        client.SendWindow(0, 1 << 22);
        client.SendRequest(1);
        world.Run();
        byte[] body = new byte[1 << 20];
        upstream.Peers[0].Send($"HTTP/1.1 200 OK\r\nContent-Length: {8 * body.Length}\r\n\r\n");
        long given = 0;
        for (int i = 0; i < 8; i++)
        {
            upstream.Peers[0].Send(body);
            world.Run();
            for (; given + 4096 <= client.Stream(1).BodyLength; given += 4096)
            {
                client.SendWindow(0, 4096);
                client.SendWindow(1, 4096);
            }
            world.Run();
        }
        world.Run();
        Assert.Null(client.GoAway);
        Assert.Equal(8 * body.Length, client.Stream(1).BodyLength);
    }

    [Fact]
    public void A_client_may_have_small_windows()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((4, 1024));
        client.GivesWindow = false;
        client.SendWindow(0, 1 << 24);
        client.SendRequest(1);
        world.Run();
        byte[] body = new byte[1 << 20];
        upstream.Peers[0].Send($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n");
        upstream.Peers[0].Send(body);
        world.Run();
        for (long given = 0; given < body.Length && !client.Peer.IsOver; given += 512)
        {
            client.SendWindow(1, 512);
            world.Run();
        }
        Assert.Null(client.GoAway);
        Assert.Equal(body.Length, client.Stream(1).BodyLength);
    }

    [Fact]
    public void Requests_that_came_before_our_limit_was_known_are_refused_and_nothing_else()
    {
        using ProxyWorld world = new(Http2World.Config());
        world.Upstream();
        Http2Peer client = new(world.Client()) { AcksSettings = false };
        client.Start();
        for (int id = 1; id <= 999; id += 2)
        {
            client.SendRequest(id, "POST", endStream: false);
        }
        for (int id = 1; id <= 999; id += 2)
        {
            client.SendData(id, "body", endStream: true);
        }
        world.Run();
        Assert.Null(client.GoAway);
        Assert.Equal(128, world.Count(DownstreamMetric.RequestActive));
        Assert.Equal(Http2ErrorCode.RefusedStream, client.Stream(999).Reset);
    }

    [Fact]
    public void A_client_on_a_slow_line_has_not_shut_its_window()
    {
        using ProxyWorld world = new(Http2World.Config(), new NarrowWeather());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client((4, 1 << 20));
        client.SendWindow(0, 1 << 20);
        client.SendRequest(1);
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n");
        upstream.Peers[0].Send(new byte[300_000]);
        client.Peer.PauseReading();
        for (int i = 0; i < 20; i++)
        {
            client.Peer.ReadSome(600);
            world.Advance(10_000);
        }
        Assert.Equal(0, world.Count(SelfMetric.Http2WindowStallTotal));
        client.Peer.ResumeReading();
        world.Run();
        Assert.Equal(300_000, client.Stream(1).BodyLength);
    }

    [Fact]
    public void Requests_that_took_long_may_be_given_up()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        world.Upstream(peer => new Http2Peer(peer, isServer: true).Start());
        Http2Peer client = world.Http2Client();
        int id = 1;
        for (int second = 0; second < 20; second++)
        {
            int first = id;
            for (int i = 0; i < 100; i++, id += 2)
            {
                client.SendRequest(id);
            }
            world.Advance(1100);
            for (int i = first; i < id; i += 2)
            {
                client.SendReset(i);
            }
            world.Run();
        }
        Assert.False(client.Peer.IsOver);
    }

    [Theory]
    [InlineData("200m", 160, false)]
    [InlineData("100m", 80, false)]
    [InlineData("200m", 100, true)] // Sooner than was said.
    [InlineData("1m", 2, true)]
    [InlineData("99m", 98, true)] // So little time that a flood can be made of it.
    public void Calls_may_be_given_up_when_the_time_that_they_were_given_is_over(string timeout, long ms, bool isAttack)
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        world.Upstream(peer => new Http2Peer(peer, isServer: true).Start());
        Http2Peer client = world.Http2Client();
        int id = 1;
        for (int round = 0; round < 20; round++)
        {
            int first = id;
            for (int i = 0; i < 100; i++, id += 2)
            {
                client.SendRequest(id, "POST", "/a.B/C", true, ("content-type", "application/grpc"), ("grpc-timeout", timeout));
            }
            world.Advance(ms);
            for (int i = first; i < id; i += 2)
            {
                client.SendReset(i);
            }
            world.Run();
        }
        Assert.Equal(isAttack, client.Peer.IsOver);
    }

    [Fact]
    public void Requests_that_were_given_up_make_room_for_others_although_the_line_is_full()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"), new NarrowWeather());
        world.Upstream(peer =>
        {
            Http2Peer host = new(peer, isServer: true);
            host.Start();
            host.OnEnded = stream =>
            {
                host.SendHead(stream.Id, endStream: false, (":status", "200"));
                host.SendData(stream.Id, new byte[4000]);
            };
        });
        Http2Peer client = world.Http2Client((4, 1 << 20));
        client.SendWindow(0, 1 << 20);
        client.Peer.PauseReading();
        for (int id = 1; id < 256; id += 2)
        {
            client.SendRequest(id);
        }
        world.Run();
        Assert.Equal(128, world.Count(DownstreamMetric.RequestActive));
        for (int id = 1; id < 256; id += 2)
        {
            client.SendReset(id);
        }
        for (int id = 257; id < 512; id += 2)
        {
            client.SendRequest(id);
        }
        world.Run();
        Assert.Equal(128, world.Count(DownstreamMetric.RequestActive));
        Assert.Equal(0, world.Count(SelfMetric.Http2ProvokedResetTotal));
        client.Peer.ResumeReading();
        world.Run();
        Assert.Equal(4000, client.Stream(511).BodyLength);
    }

    [Fact]
    public void A_body_may_fill_the_window_that_holds_until_ours_is_known()
    {
        using ProxyWorld world = new(Http2World.Config(""" "initial_stream_window_size": 16384 """));
        MemoryHost upstream = world.Upstream();
        Http2Peer client = new(world.Client()) { AcksSettings = false };
        client.Start();
        client.SendRequest(1, "POST", endStream: false, more: ("content-length", "300000"));
        client.SendData(1, new byte[65_535]);
        world.Run();
        Assert.Null(client.Stream(1).Reset);
        client.Send(Http2FrameType.Settings, Http2FrameHeader.Ack, 0);
        int sent = 65_535;
        while (sent < 300_000)
        {
            int window = 16_384 + client.Frames
                .Where(static frame => frame is { Type: Http2FrameType.WindowUpdate, StreamId: 1 })
                .Sum(static frame => (int)frame.Code) - sent;
            Assert.True(window > 0);
            int length = Math.Min(window, 300_000 - sent);
            client.SendData(1, new byte[length], endStream: sent + length == 300_000);
            sent += length;
            world.Run();
        }
        Assert.Null(client.Stream(1).Reset);
        Assert.Equal(300_000, upstream.Peers[0].ReceivedText.Length - upstream.Peers[0].ReceivedText.IndexOf("\r\n\r\n") - 4);
    }

    [Fact]
    public void A_body_may_begin_with_nothing()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"));
        world.Upstream(peer =>
        {
            Http2Peer host = new(peer, isServer: true);
            host.Start();
            host.OnEnded = stream =>
            {
                host.SendHead(stream.Id, endStream: false, (":status", "200"));
                host.SendData(stream.Id, "");
                host.SendHead(stream.Id, endStream: true, ("x-trailer", "t"));
            };
        });
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 2000; id += 2)
        {
            client.SendRequest(id, "POST", endStream: false);
            client.SendData(id, "");
            client.SendData(id, "body", endStream: true);
            world.Run();
            Assert.True(client.Stream(id).IsEnded);
        }
    }

    [Fact]
    public void A_table_that_was_made_small_and_large_again_is_said_to_have_been_small()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        for (int id = 1; id < 5; id += 2)
        {
            client.SendRequest(id);
            world.Run();
            upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: s\r\n\r\n");
            world.Run();
            client.SendSettings((1, 0), (1, 4096));
        }
        byte[] block = client.Frames.Last(static frame => frame.Type == Http2FrameType.Headers).Payload;
        Assert.Equal([0x20, 0x3F, 0xE1, 0x1F], block[..4]); // RFC 7541 section 4.2.
        Assert.Equal("s", client.Stream(3).Field("server"));
    }

    [Fact]
    public void What_a_client_began_before_it_heard_of_the_end_is_ignored_and_nothing_else()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.AnswersPings = false; // A slow line.
        client.SendRequest(1);
        world.Run();
        world.Wait(world.Listeners[0].BeginDrainAsync().AsTask());
        world.Advance(3000);
        Assert.Equal(1, client.GoAway!.LastStreamId);
        client.SendRequest(3, "POST", endStream: false);
        client.SendData(3, "body");
        client.SendWindow(3, 100);
        client.SendHead(3, endStream: true, ("x-trailer", "t"));
        client.SendRequest(5, "POST", endStream: false);
        client.SendReset(5);
        world.Run();
        Assert.False(client.Peer.InputEnded);
        Assert.Equal(Http2ErrorCode.NoError, client.GoAway.Code);
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Run();
        Assert.True(client.Stream(1).IsEnded);
        Assert.Null(client.Stream(3).Reset);
        Assert.Equal(1, client.GoAway.LastStreamId);
        Assert.True(client.Peer.InputEnded);
    }

    [Fact]
    public void An_idle_connection_ends_with_a_goodbye()
    {
        using ProxyWorld world = new(Http2World.Config());
        MemoryHost upstream = world.Upstream();
        Http2Peer client = world.Http2Client();
        client.SendRequest(1);
        world.Run();
        upstream.Peers[0].Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        world.Advance(100_000);
        Assert.True(client.Peer.InputEnded);
        Assert.Equal(Http2ErrorCode.NoError, client.GoAway?.Code);
        Assert.Equal(1, client.GoAway!.LastStreamId);
    }

    [Fact]
    public void A_host_that_takes_an_upload_slowly_is_not_dead()
    {
        using ProxyWorld world = new(Http2World.Config(upstream: "Http2"), new NarrowWeather());
        Http2Peer host = null!;
        MemoryHost upstream = world.Upstream(peer =>
        {
            host = new Http2Peer(peer, isServer: true) { GivesWindow = false };
            host.Start((4, 1 << 20));
            host.SendWindow(0, 1 << 20);
        });
        Http2Peer client = world.Http2Client();
        client.SendRequest(1, "POST", endStream: false);
        world.Run();
        host.Peer.PauseReading();
        client.SendData(1, new byte[60_000]);
        world.Run();
        client.SendRequest(3);
        world.Run();
        client.SendReset(3); // Not a byte had come, so the host is asked for a sign of life.
        for (int i = 0; i < 40; i++)
        {
            host.Peer.ReadSome(2000);
            world.Advance(1000);
        }
        host.Peer.ResumeReading();
        world.Run();
        client.SendData(1, "end", endStream: true);
        world.Run();
        Assert.Single(upstream.Peers);
        Assert.Equal(60_003, host.Stream(1).BodyLength);
    }

    private sealed class NarrowWeather : MemoryWeather
    {
        public override int BufferBytes() => 1024;
    }
}
